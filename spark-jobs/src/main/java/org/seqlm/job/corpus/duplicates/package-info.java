/**
 * {@code seqlm corpus duplicates}: text in, what stands in it more than once out, and the text
 * without it.
 */
package org.seqlm.job.corpus.duplicates;
