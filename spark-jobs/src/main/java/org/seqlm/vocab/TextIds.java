package org.seqlm.vocab;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.seqlm.text.Tokenizer;

/** A short text, for instance a prompt, as a model's ids. */
public final class TextIds {
  private TextIds() {}

  /**
   * The ids of a text's lines; a line feed ends a line as it does in a corpus, the text's end does
   * not.
   */
  public static int[] of(Tokenizer tokenizer, Vocabulary vocabulary, String text) {
    IntStream.Builder ids = IntStream.builder();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      byte[] line = lines[i].getBytes(StandardCharsets.UTF_8);
      tokenizer.tokenize(
          line, 0, line.length, (utf8, from, to) -> ids.add(vocabulary.id(utf8, from, to)));
      if (i < lines.length - 1) {
        int end = vocabulary.sentenceEnd();
        ids.add(end >= 0 ? end : vocabulary.id("\n"));
      }
    }
    return ids.build().toArray();
  }
}
