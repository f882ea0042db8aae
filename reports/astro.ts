import type { AstroInlineConfig } from 'astro';
import { fileURLToPath } from 'node:url';

/** Astro's configuration for a build; in code, because the folders differ from build to build and roles never share one. */
export function astroConfig({ outDir, cacheDir }: { outDir: string; cacheDir: string }): AstroInlineConfig {
  return {
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    outDir,
    cacheDir,
    // what fails is thrown, and said once
    logLevel: 'silent',
    output: 'static',
    trailingSlash: 'ignore',
    compressHTML: true,
    devToolbar: { enabled: false },
    // one style sheet in each page: from file:// an external one has no origin that a policy could name
    build: { format: 'directory', inlineStylesheets: 'always', concurrency: 4 },
    security: {
      csp: {
        directives: ["default-src 'none'", "base-uri 'none'", "form-action 'none'"],
      },
    },
    vite: { build: { assetsInlineLimit: 0 }, cacheDir },
  };
}
