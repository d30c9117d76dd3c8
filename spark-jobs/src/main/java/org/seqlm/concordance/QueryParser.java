package org.seqlm.concordance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.text.TextRules;
import org.seqlm.text.Utf8;

/** Reads queries from left to right; see {@link Query#parse} for what they are made of. */
final class QueryParser {
  private static final String SPECIAL = "(){}|*\\";

  private final String text;
  private final CutLine cut;
  private final TermFolding folding;
  private int at;

  private List<Query.Step> steps = new ArrayList<>();
  private int total; // of all phrases
  private int least; // words between the last step and the next
  private int most;

  QueryParser(String text, TextRules rules) {
    this.text = text == null ? "" : text;
    this.cut = new CutLine(rules);
    this.folding = new TermFolding(rules);
  }

  Query query() {
    if (Utf8.hasLoneSurrogate(text)) {
      throw wrong(0, "it is no Unicode text");
    }
    List<Query.Phrase> phrases = new ArrayList<>();
    while (true) {
      skipSpace();
      if (at == text.length() || text.charAt(at) == '|') {
        phrases.add(phrase());
        if (at == text.length()) {
          return new Query(text, phrases);
        }
        at++;
      } else {
        item();
      }
    }
  }

  private Query.Phrase phrase() {
    if (steps.isEmpty()) {
      throw wrong(at, "a word is missing here");
    }
    if (most > 0) {
      throw wrong(at, "a word is missing behind the words that may be any");
    }
    Query.Phrase phrase = new Query.Phrase(steps);
    steps = new ArrayList<>();
    return phrase;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private void item() {
    char c = text.charAt(at);
    if (c == '(') {
      add(alternatives());
    } else if (c == '{') {
      between();
    } else if (c == ')' || c == '}') {
      throw wrong(at, "nothing is open that " + c + " would close; write \\" + c + " for itself");
    } else {
      int start = at;
      List<String> pieces = pieces();
      if (pieces.stream().allMatch(String::isEmpty)) {
        gap(start, 1, 1);
      } else if (pieces.size() > 1) {
        add(List.of(folded(pieces)));
      } else {
        List<String> words = words(pieces.get(0));
        if (words.isEmpty()) {
          throw wrong(start, "\"" + pieces.get(0) + "\" has no word by the rules of the index");
        }
        words.forEach(word -> add(List.of(new WordPattern(List.of(word)))));
      }
    }
  }

  private void add(List<WordPattern> any) {
    steps.add(new Query.Step(any, least, most));
    least = 0;
    most = 0;
    if (++total > Query.MOST_STEPS) {
      throw wrong(at, "a query has at most " + Query.MOST_STEPS + " words");
    }
  }

  private List<WordPattern> alternatives() {
    int open = at++;
    List<WordPattern> any = new ArrayList<>();
    while (true) {
      skipSpace();
      int start = at;
      List<String> pieces = at < text.length() ? pieces() : List.of("");
      if (pieces.stream().allMatch(String::isEmpty)) {
        throw wrong(
            start,
            pieces.size() > 1
                ? "a star alone is any word: it needs no alternatives"
                : "a word is missing here");
      }
      if (pieces.size() > 1) {
        any.add(folded(pieces));
      } else {
        List<String> words = words(pieces.get(0));
        if (words.size() != 1) {
          throw wrong(
              start,
              "\""
                  + pieces.get(0)
                  + "\" is "
                  + words.size()
                  + " words by the rules of the index, but"
                  + " within parentheses one word each is meant; write phrases as a b | c d");
        }
        any.add(new WordPattern(words));
      }
      skipSpace();
      if (at == text.length()) {
        throw wrong(open, "this parenthesis is not closed");
      }
      char c = text.charAt(at++);
      if (c == ')') {
        return any;
      }
      if (c != '|') {
        throw wrong(
            at - 1,
            "a ) or | is missing here: within parentheses stand single words, parted by |, as in"
                + " (old|young)");
      }
    }
  }

  private void between() {
    int open = at;
    int close = text.indexOf('}', at);
    if (close < 0) {
      throw wrong(open, "this brace is not closed");
    }
    String[] bounds = text.substring(at + 1, close).split(",", -1);
    at = close + 1;
    try {
      int low = Integer.parseInt(bounds[0].strip());
      int high = bounds.length > 1 ? Integer.parseInt(bounds[1].strip()) : low;
      if (bounds.length > 2 || low < 0 || high < low) {
        throw new NumberFormatException();
      }
      gap(open, low, high);
    } catch (NumberFormatException e) {
      throw wrong(
          open,
          "between braces stands a number of words, or two of them, such as {2} or {0,3}, but here "
              + text.substring(open, at));
    }
  }

  private void gap(int start, int low, int high) {
    if (steps.isEmpty()) {
      throw wrong(start, "a word is missing before the words that may be any");
    }
    if (high > Query.MOST_BETWEEN || most + high > Query.MOST_BETWEEN) {
      throw wrong(start, "between two words stand at most " + Query.MOST_BETWEEN + " others");
    }
    least += low;
    most += high;
  }

  /** Reads characters up to a space or what has a meaning; stars part the pieces. */
  private List<String> pieces() {
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        if (at + 1 == text.length()) {
          throw wrong(at, "a character is missing behind the backslash");
        }
        piece.append(text.charAt(at + 1));
        at += 2;
      } else if (c == '*') {
        pieces.add(piece.toString());
        piece.setLength(0);
        at++;
      } else if (Character.isWhitespace(c) || SPECIAL.indexOf(c) >= 0) {
        break;
      } else {
        piece.append(c);
        at++;
      }
    }
    pieces.add(piece.toString());
    return pieces;
  }

  private WordPattern folded(List<String> pieces) {
    return new WordPattern(pieces.stream().map(folding::text).toList());
  }

  private List<String> words(String literal) {
    byte[] utf8 = literal.getBytes(StandardCharsets.UTF_8);
    cut.cut(utf8, 0, utf8.length);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < cut.words(); i++) {
      words.add(
          new String(folding.of(cut.bytes(), cut.start(i), cut.end(i)), StandardCharsets.UTF_8));
    }
    return words;
  }

  private UserException wrong(int place, String what) {
    return UserException.configuration(
        "the query \"" + text + "\", at character " + (place + 1) + ": " + what);
  }
}
