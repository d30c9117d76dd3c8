/**
 * What cutting a text into subwords costs: a tokenizer.json and a text go in; processor time and
 * tokens of ours, and of Hugging Face's own library where it is there, come out, turn by turn.
 */
package org.seqlm.bench.subword;
