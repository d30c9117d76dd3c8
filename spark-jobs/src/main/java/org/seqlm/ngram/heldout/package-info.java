/**
 * What counted n-grams make of another text. The other text's windows go in, in the order of their
 * keys, beside the slice of counts and the slice of the model that they fall to; exact sums come
 * out, so that nothing depends on how the text was cut. Jelinek and Mercer's weights are tuned with
 * them.
 */
package org.seqlm.ngram.heldout;
