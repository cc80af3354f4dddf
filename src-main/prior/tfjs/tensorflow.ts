/**
 * TensorFlow.js from its pieces, as the package @tensorflow/tfjs puts them together, without what belongs in web pages.
 * It takes a moment to load: import it when a model needs it, and elsewhere only its types.
 */
import '@tensorflow/tfjs-backend-cpu';

export * from '@tensorflow/tfjs-core';
export * from '@tensorflow/tfjs-layers';
export * from '@tensorflow/tfjs-converter';
