/**
 * Tokens that are parts of words: counted stretches of text go in and merges come out ({@link
 * org.seqlm.text.subword.BpeTrainer}), text and a tokenizer.json go in and ids come out ({@link
 * org.seqlm.text.subword.SubwordTokenizer}), the same ids as of Hugging Face's tokenizers. Works on
 * bytes; knows no files.
 */
package org.seqlm.text.subword;
