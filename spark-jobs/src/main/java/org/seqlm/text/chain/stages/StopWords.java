package org.seqlm.text.chain.stages;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.seqlm.Problems;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageValues;

/** {@code stop-words}. */
public final class StopWords extends PlainProvider {
  private static final String WORDS = "words";
  private static final String FILE = "file";

  public StopWords() {
    super(
        Kind.FILTER,
        "stop-words",
        "Drops tokens that stand in a list, spelt as there.",
        StageParameter.texts(WORDS, "The list."),
        StageParameter.file(
            FILE, "More of them: a UTF-8 file with one a line; empty lines and # lines are none."));
  }

  @Override
  public void check(StageValues values, String key, Problems problems) {
    problems.require(
        values.given(WORDS) || values.given(FILE), key + " drops nothing: give words or file");
  }

  @Override
  public Stage create(StageValues values) {
    Set<String> words = new HashSet<>(values.texts(WORDS));
    byte[] file = values.content();
    if (file != null) {
      new String(file, StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(words::add);
    }
    return (Stage.Filter) token -> words.contains(token) ? null : token;
  }
}
