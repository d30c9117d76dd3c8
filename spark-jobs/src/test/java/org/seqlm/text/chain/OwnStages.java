package org.seqlm.text.chain;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Stages of somebody's own, which the tests' class path has. */
public final class OwnStages {
  private OwnStages() {}

  /** Words backwards. */
  public static final class Backwards implements StageProvider {
    @Override
    public String name() {
      return "own-backwards";
    }

    @Override
    public Kind kind() {
      return Kind.FILTER;
    }

    @Override
    public String summary() {
      return "Words backwards.";
    }

    @Override
    public List<StageParameter> parameters() {
      return List.of();
    }

    @Override
    public Stage create(StageValues values) {
      return (Stage.Filter) token -> new StringBuilder(token).reverse().toString();
    }
  }

  /** Cuts words behind a text that stands in a file. */
  public static final class Behind implements StageProvider {
    @Override
    public String name() {
      return "own-behind";
    }

    @Override
    public Kind kind() {
      return Kind.MODEL;
    }

    @Override
    public String summary() {
      return "Cuts words behind a text that stands in a file.";
    }

    @Override
    public List<StageParameter> parameters() {
      return List.of(
          StageParameter.file("file", "holds the text"),
          StageParameter.whole("most", 1, 9, 9, "cuts a word"));
    }

    @Override
    public Stage create(StageValues values) {
      String end = new String(values.content(), StandardCharsets.UTF_8).strip();
      long most = values.whole("most");
      return new Stage.Model() {
        @Override
        public void cut(String text, int from, int to, SpanSink sink) {
          int start = from;
          for (int cuts = 0; cuts < most; cuts++) {
            int at = text.indexOf(end, start);
            if (at < 0 || at + end.length() >= to) {
              break;
            }
            sink.token(text, start, at + end.length());
            start = at + end.length();
          }
          sink.token(text, start, to);
        }

        @Override
        public String join(List<String> pieces) {
          return String.join("", pieces);
        }
      };
    }
  }
}
