/** {@code seqlm corpus filter}: text and filters in, the documents that stay and what went out. */
package org.seqlm.job.corpus.filter;
