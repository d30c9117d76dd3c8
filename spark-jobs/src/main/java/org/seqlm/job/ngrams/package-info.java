/** {@code seqlm ngrams}: text or a dataset in, counts, statistics and models out. */
package org.seqlm.job.ngrams;
