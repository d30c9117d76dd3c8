package org.seqlm.text.pieces;

/** Whose tokeniser it is. */
public enum PieceKind {
  /** A model that SentencePiece trained (Kudo and Richardson 2018), {@code FILE.model}. */
  SENTENCEPIECE,
  /** A {@code tokenizer.json} of Hugging Face's Tokenizers. */
  HUGGINGFACE
}
