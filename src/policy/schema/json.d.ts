/** A published JSON Schema: the build puts it into the bundle of who asks for it. */
declare module '#schema/*' {
  const schema: Readonly<Record<string, unknown>>;
  export default schema;
}
