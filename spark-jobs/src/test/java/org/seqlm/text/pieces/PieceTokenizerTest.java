package org.seqlm.text.pieces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

class PieceTokenizerTest {
  /** A tokeniser; skips the test where its native library is not for this machine. */
  private static PieceTokenizer open(PieceKind kind, String key, byte[] content)
      throws IOException {
    try {
      return PieceTokenizer.open(kind, key, "FILE", () -> content);
    } catch (UserException e) {
      Assumptions.assumeFalse(e.exitCode() == ExitCode.PLATFORM, e.getMessage());
      throw e;
    }
  }

  private static String cut(PieceTokenizer pieces, String line) {
    byte[] utf8 = ("<" + line + ">").getBytes(StandardCharsets.UTF_8);
    return new String(pieces.apply(utf8, 1, utf8.length - 1), StandardCharsets.UTF_8);
  }

  @Test
  void sentencePiece() throws IOException {
    byte[] model = TinyPieces.sentencePiece();
    PieceTokenizer pieces = open(PieceKind.SENTENCEPIECE, "a", model);
    assertThat(cut(pieces, "unbelievable  un")).isEqualTo("\u2581un believ able \u2581un");
    // What it does not know are pieces of their own; characters outside the basic plane are whole.
    assertThat(cut(pieces, "unx 😀 é😁")).isEqualTo("\u2581un x \u2581😀 \u2581 é😁");
    assertThat(cut(pieces, "")).isEmpty();
    // Opened once; from many threads.
    PieceTokenizer again =
        PieceTokenizer.open(
            PieceKind.SENTENCEPIECE,
            "a",
            "FILE",
            () -> {
              throw new IOException("read again");
            });
    assertThat(
            IntStream.range(0, 400)
                .parallel()
                .mapToObj(i -> cut(again, "un" + "believable".repeat(i % 7))))
        .allSatisfy(line -> assertThat(line).startsWith("\u2581un"));
    assertThatThrownBy(() -> open(PieceKind.SENTENCEPIECE, "b", new byte[] {1, 2}))
        .hasMessageContaining("FILE is no model of SentencePiece");
  }

  @Test
  void huggingFace() throws IOException {
    byte[] json = TinyPieces.HUGGING_FACE.getBytes(StandardCharsets.UTF_8);
    PieceTokenizer pieces = open(PieceKind.HUGGINGFACE, "a", json);
    assertThat(cut(pieces, "Unable un 😀 xyz un")).isEqualTo("un ##able un 😀 [UNK] un");
    assertThat(cut(pieces, "")).isEmpty();
    assertThatThrownBy(() -> open(PieceKind.HUGGINGFACE, "b", new byte[] {'{'}))
        .hasMessageContaining("FILE is no tokenizer.json of Hugging Face");
  }

  @Test
  void whatToGiveWhereTheBindingIsMissing() {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      assertThatThrownBy(
              () -> PieceTokenizer.open(PieceKind.HUGGINGFACE, "c", "FILE", () -> new byte[0]))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("-- --packages ai.djl.huggingface:tokenizers:");
    } finally {
      thread.setContextClassLoader(loader);
    }
  }
}
