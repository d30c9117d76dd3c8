package org.seqlm.text.pieces;

import ai.djl.engine.EngineException;
import ai.djl.sentencepiece.SpProcessor;
import ai.djl.sentencepiece.SpTokenizer;
import org.seqlm.UserException;

/** SentencePiece, by DJL's binding. */
final class SentencePieces {
  private SentencePieces() {}

  /**
   * Opens a model.
   *
   * @throws UserException as {@link PieceTokenizer#open} does
   */
  static PieceTokenizer.Pieces open(byte[] model, String name) {
    try {
      // Never closed: what it holds is freed with the process.
      SpProcessor processor = new SpTokenizer(model).getProcessor();
      return processor::tokenize;
    } catch (EngineException e) {
      throw PieceTokenizer.noFile(name, "model of SentencePiece", e);
    } catch (LinkageError | IllegalStateException e) {
      throw PieceTokenizer.noLibrary("SentencePiece", e);
    }
  }
}
