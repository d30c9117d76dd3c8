/** {@code seqlm corpus tokenizer}: text in, a byte-level tokenizer.json out. */
package org.seqlm.job.corpus.tokenizer;
