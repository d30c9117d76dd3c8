/** {@code seqlm drift}: a dataset and new text in, how far the one is from the other out. */
package org.seqlm.job.drift;
