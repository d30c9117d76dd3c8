package org.seqlm.text.subword;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.function.UnaryOperator;

/** Reads the normalizer of a tokenizer.json. */
final class JsonNormalizers {
  private final JsonRefusal refusal;

  JsonNormalizers(JsonRefusal refusal) {
    this.refusal = refusal;
  }

  /** What is made of a text; null for nothing. */
  UnaryOperator<String> read(JsonNode json) {
    if (json == null || json.isNull()) {
      return null;
    }
    String type = json.path("type").asText();
    return switch (type) {
      case "NFC" -> form(Normalizer.Form.NFC);
      case "NFD" -> form(Normalizer.Form.NFD);
      case "NFKC" -> form(Normalizer.Form.NFKC);
      case "NFKD" -> form(Normalizer.Form.NFKD);
      case "Lowercase" -> JsonNormalizers::lower;
      case "Prepend" -> {
        String prefix = json.path("prepend").asText();
        yield text -> text.isEmpty() ? text : prefix + text;
      }
      case "Replace" -> replace(json);
      case "Strip" -> strip(json);
      case "Sequence" -> {
        UnaryOperator<String> all = null;
        for (JsonNode one : json.path("normalizers")) {
          UnaryOperator<String> before = all;
          UnaryOperator<String> next = read(one);
          all =
              before == null
                  ? next
                  : next == null ? before : text -> next.apply(before.apply(text));
        }
        yield all;
      }
      default -> throw refusal.of("the normalizer " + type);
    };
  }

  private static UnaryOperator<String> form(Normalizer.Form form) {
    return text -> Normalizer.normalize(text, form);
  }

  /** Each code point by itself, as Rust does: Java would look at the end of words for sigma. */
  static String lower(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == 0x130) {
                lower.append("i\u0307");
              } else {
                lower.appendCodePoint(Character.toLowerCase(c));
              }
            });
    return lower.toString();
  }

  private UnaryOperator<String> replace(JsonNode json) {
    String content = json.path("content").asText();
    JsonNode pattern = json.path("pattern");
    if (pattern.path("String").isTextual()) {
      String what = pattern.path("String").asText();
      return what.isEmpty() ? null : text -> text.replace(what, content);
    }
    String regex = pattern.path("Regex").asText();
    if (regex.equals(" {2,}") || regex.equals("\\s+")) {
      var compiled = StringSplits.pattern(regex);
      String quoted = java.util.regex.Matcher.quoteReplacement(content);
      return text -> compiled.matcher(text).replaceAll(quoted);
    }
    throw refusal.of("the normalizer Replace by the expression " + regex);
  }

  private static UnaryOperator<String> strip(JsonNode json) {
    boolean left = json.path("strip_left").asBoolean();
    boolean right = json.path("strip_right").asBoolean();
    return text -> {
      int from = 0;
      int to = text.length();
      while (left && from < to && GptWords.isSpace(text.charAt(from))) {
        from++;
      }
      while (right && from < to && GptWords.isSpace(text.charAt(to - 1))) {
        to--;
      }
      return text.substring(from, to);
    };
  }
}
