package org.seqlm.quality;

import java.util.List;
import org.seqlm.text.Utf8;

/**
 * Characters that texts for people have few of, as shares of all: U+FFFD, which stands for bytes
 * that nobody could read; controls (Cc) that are no white space; private use (Co); code points that
 * no character is assigned to (Cn).
 */
public final class UnicodeNoise implements FilterKind {
  @Override
  public String name() {
    return "unicode";
  }

  @Override
  public String source() {
    return "seqlm";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.share("max-replacements", 0.001, "share of U+FFFD"),
        Parameter.share("max-controls", 0.001, "share of controls that are no white space"),
        Parameter.share("max-private", 0.001, "share of private-use characters"),
        Parameter.share("max-unassigned", 0.001, "share of unassigned code points"));
  }

  @Override
  public Filter create(Settings settings) {
    List<Rule> rules =
        parameters().stream()
            .map(
                parameter ->
                    Rule.atMost(
                        "unicode." + parameter.name().substring("max-".length()),
                        parameter.meaning(),
                        settings.number(parameter.name()),
                        Scale.SHARE))
            .toList();
    return new Filter() {
      @Override
      public List<Rule> rules() {
        return rules;
      }

      @Override
      public void measure(Document document, Document edited, double[] values) {
        byte[] utf8 = edited.utf8();
        long[] found = new long[4];
        for (int at = edited.from(); at < edited.to(); at += Utf8.length(utf8[at])) {
          int kind = kind(Utf8.codePoint(utf8, at));
          if (kind >= 0) {
            found[kind]++;
          }
        }
        for (int i = 0; i < found.length; i++) {
          values[i] = found[i] / (double) edited.characters();
        }
      }
    };
  }

  private static int kind(int c) {
    if (c >= 0x20 && c < 0x7F) {
      return -1;
    }
    if (c == 0xFFFD) {
      return 0;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL -> Document.isSpace(c) ? -1 : 1;
      case Character.PRIVATE_USE -> 2;
      case Character.UNASSIGNED -> 3;
      default -> -1;
    };
  }
}
