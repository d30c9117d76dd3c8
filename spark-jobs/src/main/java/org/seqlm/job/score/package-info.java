/** {@code seqlm score}: models and text in, scores of every line or document out. */
package org.seqlm.job.score;
