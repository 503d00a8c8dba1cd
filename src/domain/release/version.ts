// The version that GeneratedBy and reports name; a test holds it equal to package.json.

export const SOFTWARE_VERSION = '0.1.0';
