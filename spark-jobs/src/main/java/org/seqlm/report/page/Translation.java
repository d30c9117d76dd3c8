package org.seqlm.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.seqlm.artifact.Json;

/**
 * What a page says, in its language. As in gettext, the English text is the key: templates hold it,
 * and artifacts hold sentences that a command once made, numbers and names in them. Such a sentence
 * is found by its key's holes, {@code {0}} and so on. A key with much text of its own, or that
 * begins with some, is known by it, and its holes take anything; the holes of others take a figure
 * or one word, or any sentence would fit. Of several keys that fit, the one with most text of its
 * own is meant. What stands in a hole stays as it is, unless the translation has it as {@code
 * {t0}}: then it is ours and translated, too. What has no translation stays as it is.
 */
public final class Translation {
  private static final Pattern HOLE = Pattern.compile("\\{(t?)(\\d)\\}");
  private static final String ANYTHING = "(.+?)";
  private static final String FIGURE = "(\\S+(?: %| ± \\S+)?)";

  /** Characters of its own by which a sentence is known, wherever they stand in it. */
  private static final int KNOWN = 24;

  /** The same where it begins with them. */
  private static final int KNOWN_AT_ONCE = 8;

  private static final String ISOLATE = "\u2068";
  private static final String RIGHT_TO_LEFT = "\u2067";
  private static final String MARK = "\u200f";
  private static final String END = "\u2069";

  private final Language language;
  private final Map<String, String> templates;
  private final Map<String, String> texts;
  private final List<Sentence> sentences;

  /** The two halves of a catalogue, which the file of a language has. */
  private record Catalogue(Map<String, String> templates, Map<String, String> texts) {}

  /** A key with holes; which of them its groups are, and how much text it has beside them. */
  private record Sentence(Pattern pattern, List<String> holes, String translation, int own) {
    static Sentence of(String key, String translation) {
      int begins = key.indexOf('{');
      String any =
          HOLE.matcher(key).replaceAll("").length() >= KNOWN || begins >= KNOWN_AT_ONCE
              ? ANYTHING
              : FIGURE;
      Matcher hole = HOLE.matcher(key);
      StringBuilder pattern = new StringBuilder();
      List<String> holes = new ArrayList<>();
      int own = 0;
      int at = 0;
      while (hole.find()) {
        pattern.append(Pattern.quote(key.substring(at, hole.start()))).append(any);
        own += hole.start() - at;
        holes.add(hole.group());
        at = hole.end();
      }
      pattern.append(Pattern.quote(key.substring(at)));
      own += key.length() - at;
      return new Sentence(
          Pattern.compile(pattern.toString(), Pattern.DOTALL), holes, translation, own);
    }
  }

  private Translation(Language language, Catalogue catalogue) {
    this.language = language;
    this.templates = catalogue.templates();
    this.texts =
        catalogue.texts().entrySet().stream()
            .filter(text -> !HOLE.matcher(text.getKey()).find())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    this.sentences =
        catalogue.texts().entrySet().stream()
            .filter(text -> HOLE.matcher(text.getKey()).find())
            .map(text -> Sentence.of(text.getKey(), text.getValue()))
            .sorted(Comparator.comparingInt(Sentence::own).reversed())
            .toList();
  }

  /** Into a language; into English all stays as it is. */
  public static Translation into(Language language) {
    if (language == Language.EN) {
      return new Translation(language, new Catalogue(Map.of(), Map.of()));
    }
    try {
      Map<String, Map<String, String>> file =
          Json.mapper()
              .readValue(
                  Assets.text("words-" + language.tag() + ".json"), new TypeReference<>() {});
      return new Translation(language, new Catalogue(file.get("templates"), file.get("texts")));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The language. */
  public Language language() {
    return language;
  }

  /** A part of a template: text, and holes of its own in it. */
  public String template(String english) {
    return templates.getOrDefault(key(english), english);
  }

  /** Whether {@link #template} has it. */
  boolean hasTemplate(String english) {
    return templates.containsKey(key(english));
  }

  /** What a page says of its own; null stays null. */
  public String text(String english) {
    if (language == Language.EN || english == null) {
      return english;
    }
    String whole = texts.get(english);
    if (whole != null) {
      return begun(whole);
    }
    for (Sentence sentence : sentences) {
      Matcher matcher = sentence.pattern().matcher(english);
      if (matcher.matches()) {
        return begun(filled(sentence, matcher));
      }
    }
    return english;
  }

  /** The same where no style says in which direction it runs, as in a chart. */
  public String drawn(String english) {
    String text = text(english);
    return text == null || text.equals(english) ? english : RIGHT_TO_LEFT + text + END;
  }

  /** A text that begins with a letter of another script would be taken for that one's. */
  private String begun(String text) {
    return language.direction() == Language.Direction.RIGHT_TO_LEFT
            && !Character.UnicodeScript.of(text.codePointAt(0))
                .equals(Character.UnicodeScript.ARABIC)
        ? MARK + text
        : text;
  }

  private String filled(Sentence sentence, Matcher matcher) {
    Matcher hole = HOLE.matcher(sentence.translation());
    StringBuilder out = new StringBuilder();
    while (hole.find()) {
      String value = matcher.group(1 + sentence.holes().indexOf("{" + hole.group(2) + "}"));
      String said = hole.group(1).isEmpty() ? value : text(value);
      // Figures and names keep their own direction.
      hole.appendReplacement(
          out, Matcher.quoteReplacement(said.equals(value) ? ISOLATE + value + END : said));
    }
    return hole.appendTail(out).toString();
  }

  private static String key(String english) {
    return english.strip().replaceAll("\\s+", " ");
  }
}
