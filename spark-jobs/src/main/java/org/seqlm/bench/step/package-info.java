/** Training steps of our engines beside PyTorch's and Deeplearning4j's own. */
package org.seqlm.bench.step;
