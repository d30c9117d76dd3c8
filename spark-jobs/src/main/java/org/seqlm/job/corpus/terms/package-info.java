/**
 * {@code seqlm corpus collocations} and {@code keyness}: counts or texts in, the words that belong
 * together, or to one of two corpora, out.
 */
package org.seqlm.job.corpus.terms;
