/**
 * {@code seqlm corpus concordance}: text in, an index out; a query in, lines around what it finds
 * out.
 */
package org.seqlm.job.corpus.concordance;
