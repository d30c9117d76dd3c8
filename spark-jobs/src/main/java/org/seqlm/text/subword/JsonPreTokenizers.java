package org.seqlm.text.subword;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.text.subword.StringSplits.Between;
import org.seqlm.text.subword.StringSplits.Cut;
import org.seqlm.text.subword.StringSplits.Found;
import org.seqlm.text.subword.StringSplits.Prefix;

/** Reads the pre-tokenizer of a tokenizer.json: splits of characters, and then perhaps of bytes. */
final class JsonPreTokenizers {
  private final TokenizerJson.Refusal refusal;
  private final List<StringSplits.StringSplit> splits = new ArrayList<>();
  private TextShape byteLevel;
  private char spaceMark; // 0 for none
  private Prefix prefix = Prefix.NEVER;

  JsonPreTokenizers(TokenizerJson.Refusal refusal) {
    this.refusal = refusal;
  }

  /** What comes before bytes. */
  List<StringSplits.StringSplit> splits() {
    return splits;
  }

  /** The step to bytes; null where there is none. */
  TextShape byteLevel() {
    return byteLevel;
  }

  /** What stands for a space; 0 for none. */
  char spaceMark() {
    return spaceMark;
  }

  /** Where a mark was put that is no space of the text. */
  Prefix prefix() {
    return prefix;
  }

  void read(JsonNode json) {
    if (json == null || json.isNull()) {
      return;
    }
    String type = json.path("type").asText();
    if (type.equals("Sequence")) {
      for (JsonNode one : json.path("pretokenizers")) {
        read(one);
      }
      return;
    }
    if (byteLevel != null) {
      throw refusal.of("the pre-tokenizer " + type + " after ByteLevel");
    }
    switch (type) {
      case "ByteLevel" ->
          byteLevel =
              new TextShape(
                  List.of(),
                  json.path("add_prefix_space").asBoolean(true)
                      ? TextShape.Prefix.SPACE
                      : TextShape.Prefix.NONE,
                  json.path("use_regex").asBoolean(true)
                      ? TextShape.Stretches.GPT2
                      : TextShape.Stretches.WHOLE);
      case "Metaspace" -> metaspace(json);
      case "Whitespace" ->
          splits.add(
              StringSplits.by(
                  StringSplits.pattern("\\w+|[^\\w\\s]+"), Found.KEPT, Between.REMOVED));
      case "WhitespaceSplit" ->
          splits.add(StringSplits.by(StringSplits.pattern("\\S+"), Found.KEPT, Between.REMOVED));
      case "Digits" ->
          splits.add(
              StringSplits.by(
                  StringSplits.pattern(
                      json.path("individual_digits").asBoolean() ? "\\p{N}" : "\\p{N}+"),
                  Found.KEPT,
                  Between.KEPT));
      case "Split" -> split(json);
      default -> throw refusal.of("the pre-tokenizer " + type);
    }
  }

  private void metaspace(JsonNode json) {
    String mark = json.path("replacement").asText();
    if (mark.length() != 1) {
      throw refusal.of("the pre-tokenizer Metaspace with the replacement \"" + mark + "\"");
    }
    spaceMark = mark.charAt(0);
    String scheme = json.path("prepend_scheme").asText();
    prefix =
        switch (scheme) {
          case "always" -> Prefix.ALWAYS;
          case "first" -> Prefix.FIRST;
          case "never" -> Prefix.NEVER;
          case "" -> json.path("add_prefix_space").asBoolean(true) ? Prefix.ALWAYS : Prefix.NEVER;
          default -> throw refusal.of("the pre-tokenizer Metaspace with prepend_scheme " + scheme);
        };
    splits.add(
        StringSplits.metaspace(
            spaceMark, prefix, json.path("split").asBoolean(true) ? Cut.AT_MARKS : Cut.NOWHERE));
  }

  private void split(JsonNode json) {
    JsonNode pattern = json.path("pattern");
    String behavior = json.path("behavior").asText();
    boolean inverted = json.path("invert").asBoolean();
    if (!behavior.equals("Isolated") && !behavior.equals("Removed")) {
      throw refusal.of("the pre-tokenizer Split with behavior " + behavior);
    }
    boolean removes = behavior.equals("Removed");
    Found found = removes && !inverted ? Found.REMOVED : Found.KEPT;
    Between between = removes && inverted ? Between.REMOVED : Between.KEPT;
    if (pattern.path("String").isTextual()) {
      String what = pattern.path("String").asText();
      splits.add(
          StringSplits.by(
              java.util.regex.Pattern.compile(what, java.util.regex.Pattern.LITERAL),
              found,
              between));
      return;
    }
    String regex = pattern.path("Regex").asText();
    if (!StringSplits.KNOWN.contains(regex)) {
      throw refusal.of("the pre-tokenizer Split by the expression " + regex);
    }
    splits.add(StringSplits.by(StringSplits.pattern(regex), found, between));
  }
}
