// The codec packages are emscripten factories without types: only what wasmCodecs.ts uses of them.
declare module '@cornerstonejs/*' {
  const factory: (module: { print(line: string): void; printErr(line: string): void }) => Promise<unknown>;
  export default factory;
}
