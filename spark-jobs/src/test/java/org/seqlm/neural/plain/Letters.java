package org.seqlm.neural.plain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** Small vocabularies for tests. */
public final class Letters {
  private Letters() {}

  /** {@code <unk>} and the first letters of the alphabet. */
  public static Vocabulary vocabulary(int size) {
    StringBuilder lines = new StringBuilder("{\"token\":\"<unk>\",\"count\":0}\n");
    for (int i = 1; i < size; i++) {
      lines.append("{\"token\":\"").append((char) ('a' + i - 1)).append("\",\"count\":1}\n");
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    try {
      return Vocabularies.read(TokenizerKind.CHAR, new ByteArrayInputStream(bytes), "letters");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
