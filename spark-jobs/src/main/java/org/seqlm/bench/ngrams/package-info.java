/** Counting and estimating, ours beside what others would use, on the same text in turns. */
package org.seqlm.bench.ngrams;
