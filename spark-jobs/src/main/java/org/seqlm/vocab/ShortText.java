package org.seqlm.vocab;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.text.Tokenizer;

/**
 * A short text, for instance a prompt, as a model reads it.
 *
 * @param tokens as the tokeniser cuts them, with {@code </s>} or a line feed for each line feed of
 *     the text
 * @param ids of the tokens
 * @param unknown how many the vocabulary does not have
 */
public record ShortText(List<String> tokens, int[] ids, int unknown) {

  /** Cuts a text into lines and these into tokens; the text's end does not end a line. */
  public static ShortText of(Tokenizer tokenizer, Vocabulary vocabulary, String text) {
    boolean words = vocabulary.sentenceEnd() >= 0;
    List<String> tokens = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (i > 0) {
        tokens.add(words ? Vocabulary.SENTENCE_END_TOKEN : "\n");
        ids.add(words ? vocabulary.sentenceEnd() : vocabulary.id("\n"));
      }
      byte[] line = lines[i].getBytes(StandardCharsets.UTF_8);
      tokenizer.tokenize(
          line,
          0,
          line.length,
          (utf8, from, to) -> {
            tokens.add(new String(utf8, from, to - from, StandardCharsets.UTF_8));
            ids.add(vocabulary.id(utf8, from, to));
          });
    }
    int[] array = ids.stream().mapToInt(Integer::intValue).toArray();
    int unknown = (int) ids.stream().filter(id -> id == Vocabulary.UNKNOWN).count();
    return new ShortText(List.copyOf(tokens), array, unknown);
  }
}
