/** A parameter or a tag. */
export interface KeyValue {
  key: string;
  value: string;
}
