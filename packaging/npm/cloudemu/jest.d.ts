declare const setupOrTeardown: () => Promise<void>;
export default setupOrTeardown;
