/**
 * Tokenisers of others that cut text into pieces of words: the file of a SentencePiece model or a
 * tokenizer.json of Hugging Face goes in, as bytes; a line's pieces come out ({@link
 * org.seqlm.text.pieces.PieceTokenizer}), as the native library of each cuts them.
 */
package org.seqlm.text.pieces;
