export declare const VC_RUNTIME: readonly string[];
export declare function nativeFolder(platform: string, arch: string): string;
export declare function nativeFiles(platform: string, arch: string): string[];
export declare function madeFor(path: string): Promise<string | undefined>;
