import type { Express } from 'express';
import { makeHTMLParts, ruruHTML } from 'ruru/server';
import { serveStatic } from 'ruru/static';

const staticPath = '/graphiql/static/';

/**
 * GraphiQL at /graphiql, served whole from the npm package: it works offline. A token after `#` goes into the headers
 * pane; browsers send no fragment, so it reaches no server log.
 */
export function graphiql(app: Express): void {
  const config = { staticPath, endpoint: '/graphql' };
  const parts = makeHTMLParts(config);
  const html = ruruHTML(config, {
    ...parts,
    titleTag: '<title>Aval – GraphiQL</title>',
    bodyInitScript: `<script>
  RURU_CONFIG.initialQuery = ${JSON.stringify(firstQuery)};
  const token = location.hash.slice(1);
  if (token) {
    history.replaceState(null, '', location.pathname);
    RURU_CONFIG.initialHeaders = JSON.stringify({ Authorization: 'Bearer ' + decodeURIComponent(token) }, null, 2);
  }
</script>${parts.bodyInitScript}`,
  });
  app.use((request, response, next) => {
    if (request.path.startsWith(staticPath)) serveStatic(staticPath)(request, response, next);
    else next();
  });
  app.get('/graphiql', (_request, response) => void response.type('html').send(html));
}

const firstQuery = `# Which deployed models learned from special-category data or protected characteristics, by which path, for which use?
{
  modelVersions(where: { learnedFrom: [SPECIAL_CATEGORY, PROTECTED_CHARACTERISTIC], deployed: true }) {
    nodes {
      name
      version
      deployments {
        environment
        purpose {
          label
          highRisk
        }
      }
      learnedFrom(categories: [SPECIAL_CATEGORY, PROTECTED_CHARACTERISTIC]) {
        tag {
          name
        }
        declaredOn {
          name
        }
        path {
          from {
            name
          }
          kind
          to {
            name
          }
        }
      }
    }
  }
}
`;
