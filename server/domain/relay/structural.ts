const names = new Set<string>();

/** Says that every field of these types is plain structure: it reveals nothing that its nodes do not. */
export function labelStructural(...types: string[]): void {
  for (const type of types) names.add(type);
}

export const structuralTypes: ReadonlySet<string> = names;
