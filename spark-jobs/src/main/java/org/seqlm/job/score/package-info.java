/** {@code seqlm score}: a model and text in, a score of every line out. */
package org.seqlm.job.score;
