package org.seqlm.job.corpus.terms;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;

/** Words that a user looks around, as the text's tokeniser cuts them. */
final class Nodes {
  private Nodes() {}

  /**
   * The token of each.
   *
   * @throws UserException with exit code 2 if one is none, or several
   */
  static List<String> of(List<String> around, TextRules rules) {
    Tokenizer tokenizer = Tokenizer.of(rules);
    List<String> nodes = new ArrayList<>();
    for (String word : around) {
      List<String> tokens = new ArrayList<>();
      byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
      tokenizer.tokenize(
          utf8,
          0,
          utf8.length,
          (bytes, from, to) ->
              tokens.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
      if (tokens.size() != 1) {
        throw UserException.configuration(
            "around has \""
                + word
                + "\", which is "
                + tokens.size()
                + " tokens as the text is cut: give one word, or another --tokenizer");
      }
      if (!nodes.contains(tokens.get(0))) {
        nodes.add(tokens.get(0));
      }
    }
    return nodes;
  }
}
