package org.seqlm.text.chain.stages;

/**
 * Where URLs, e-mail addresses, mentions, hashtags, numbers and emoji begin and end in text without
 * white space. Looks at each char a bounded number of times.
 */
final class SpecialWords {
  /** What is found. */
  enum Kind {
    /** {@code https://example.org/a}, {@code www.example.org}. */
    URLS,
    /** {@code somebody@example.org}. */
    EMAILS,
    /** {@code @somebody}. */
    MENTIONS,
    /** {@code #topic}. */
    HASHTAGS,
    /** {@code 1,234.5}, {@code 3/4}, {@code 10%}. */
    NUMBERS,
    /** A picture with all that belongs to it. */
    EMOJI
  }

  private static final int LONGEST_LOCAL_PART = 64;
  private static final String[] SCHEMES = {"https://", "http://", "ftp://", "www."};
  private static final String IN_URL = "-._~:/?#[]@!$&'()*+,;=%";
  private static final String NOT_AT_END = ".,;:!?'\"*_~";

  private String text;
  private int first; // of the part
  private int wordUntil; // digits before it belong to a word
  private int done; // what is before it belongs to what was found
  private int to;
  private Kind kind;
  private int start;

  /** Begins with a part of a text. */
  void reset(String text, int from, int to) {
    this.text = text;
    this.first = from;
    this.done = from;
    this.wordUntil = from;
    this.to = to;
  }

  Kind kind() {
    return kind;
  }

  /** Where what {@link #end} found begins; at {@code i}, but for e-mail addresses. */
  int start() {
    return start;
  }

  /** Chars before it are no part of what is found later. */
  void done(int at) {
    done = at;
  }

  /**
   * Where ends what begins at {@code i}, or, of an e-mail address, has its @ there.
   *
   * @return -1 if nothing does
   */
  int end(int i) {
    char c = text.charAt(i);
    start = i;
    int end;
    if (c == '@' || c == '\uFF20') {
      end = c == '@' ? email(i) : -1;
      return end >= 0 ? end : name(i, Kind.MENTIONS);
    }
    if (c == '#' || c == '\uFF03') {
      end = keycap(i);
      return end >= 0 ? end : name(i, Kind.HASHTAGS);
    }
    if (c < 0x80) {
      int folded = c | 0x20;
      if (folded == 'h' || folded == 'w' || folded == 'f') {
        return url(i);
      }
      if (c >= '0' && c <= '9') {
        end = keycap(i);
        return end >= 0 ? end : number(i);
      }
      return c == '*' ? keycap(i) : -1;
    }
    int point = text.codePointAt(i);
    if (Letters.isDigit(point)) {
      return number(i);
    }
    return emoji(i, point);
  }

  /** Whether no letter, digit or mark ends before {@code i}. */
  private boolean begins(int i) {
    if (i <= done) {
      return true;
    }
    return !isWordBefore(i);
  }

  private boolean isWordBefore(int i) {
    int before = text.codePointBefore(i);
    return before == '_' || Letters.isLetterOrDigit(before) || Letters.isMark(before);
  }

  private int url(int i) {
    if (i > done && isAsciiWord(text.charAt(i - 1))) {
      return -1; // a letter of another script before it is a neighbour: 见https://…
    }
    for (String scheme : SCHEMES) {
      int host = i + scheme.length();
      if (host < to
          && text.regionMatches(true, i, scheme, 0, scheme.length())
          && inUrl(host)
          && Letters.isLetterOrDigit(text.codePointAt(host))) {
        int end = host;
        while (end < to && inUrl(end)) {
          end += Character.charCount(text.codePointAt(end));
        }
        kind = Kind.URLS;
        return trimmed(host, end);
      }
    }
    return -1;
  }

  private boolean inUrl(int i) {
    char c = text.charAt(i);
    if (c < 0x80) {
      return isAsciiWord(c) || IN_URL.indexOf(c) >= 0;
    }
    int point = text.codePointAt(i);
    return (Letters.isLetterOrDigit(point) || Letters.isMark(point)) && Letters.isSpaced(point);
  }

  private static boolean isAsciiWord(char c) {
    return c < 0x80 && (c == '_' || Letters.isLetterOrDigit(c));
  }

  /** Without what ends the sentence, or a bracket that was opened before. */
  private int trimmed(int from, int end) {
    int opened = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      opened += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    }
    int at = end;
    while (at > from) {
      char last = text.charAt(at - 1);
      if (opened < 0 && (last == ')' || last == ']')) {
        opened++;
      } else if (NOT_AT_END.indexOf(last) < 0) {
        return at;
      }
      at--;
    }
    return at;
  }

  private int email(int at) {
    int from = at;
    int least = Math.max(done, at - LONGEST_LOCAL_PART);
    while (from > least && isLocal(text.charAt(from - 1))) {
      from--;
    }
    while (from < at && !isAsciiAlphanumeric(text.charAt(from))) {
      from++;
    }
    if (from == at || (from > done && isLocal(text.charAt(from - 1)) && from == least)) {
      return -1;
    }
    int end = at + 1;
    int dot = -1;
    while (end < to && end - at < 255) {
      char c = text.charAt(end);
      if (c == '.' && end > at + 1 && end + 1 < to && isAsciiAlphanumeric(text.charAt(end + 1))) {
        dot = end;
      } else if (!isAsciiAlphanumeric(c) && c != '-') {
        break;
      }
      end++;
    }
    while (end > at && text.charAt(end - 1) == '-') {
      end--;
    }
    if (dot < 0 || dot >= end - 1) {
      return -1;
    }
    start = from;
    kind = Kind.EMAILS;
    return end;
  }

  private static boolean isLocal(char c) {
    return isAsciiAlphanumeric(c) || "._%+-".indexOf(c) >= 0;
  }

  private static boolean isAsciiAlphanumeric(char c) {
    return c < 0x80 && Letters.isLetterOrDigit(c);
  }

  /** {@code @name}, or {@code #name}, which has a letter. */
  private int name(int i, Kind which) {
    // #a#b are two, but 5@home names nobody.
    boolean free = i > done || which == Kind.HASHTAGS ? begins(i) : i == first || !isWordBefore(i);
    if (!free) {
      return -1;
    }
    int end = i + 1;
    int last = -1; // one past the last char that is no joiner
    boolean letter = false;
    while (end < to) {
      int c = text.codePointAt(end);
      boolean inside =
          c == '_'
              || Letters.isLetterOrDigit(c)
              || (end > i + 1 && (Letters.isMark(c) || Letters.isJoiner(c)));
      if (!inside) {
        break;
      }
      letter |= Letters.isLetter(c);
      end += Character.charCount(c);
      if (!Letters.isJoiner(c)) {
        last = end;
      }
    }
    if (last < 0 || !letter) {
      return -1;
    }
    kind = which;
    return last;
  }

  private int number(int i) {
    if (i < wordUntil || !begins(i) || goesOn(i)) {
      return -1;
    }
    int end = digits(i);
    if (isInLocalPart(end)) {
      return -1;
    }
    while (end < to && isSeparator(text.charAt(end))) {
      int more = digits(end + 1);
      if (more == end + 1) {
        break;
      }
      end = more;
    }
    if (end < to) {
      int c = text.codePointAt(end);
      if (c == '%' || c == 0x066A || c == 0x2030 || c == 0xFF05) {
        end++;
      } else if (c == '_'
          || (Letters.isLetterOrDigit(c) && Letters.isSpaced(c))
          || Letters.isMark(c)
          || Letters.isJoiner(c)) {
        wordUntil = end; // 2nd, 3D
        return -1;
      }
    }
    kind = Kind.NUMBERS;
    return end;
  }

  /** Whether an e-mail address goes on here. */
  private boolean isInLocalPart(int i) {
    int most = Math.min(to, i + LONGEST_LOCAL_PART);
    int at = i;
    while (at < most && isLocal(text.charAt(at))) {
      at++;
    }
    return at < to && text.charAt(at) == '@' && email(at) >= 0;
  }

  /** Whether digits stand behind a word and its separator, as the zero of v2.0. */
  private boolean goesOn(int i) {
    return i - 2 >= done && isSeparator(text.charAt(i - 1)) && Letters.isDigit(text.charAt(i - 2));
  }

  private int digits(int i) {
    int end = i;
    while (end < to) {
      int c = text.codePointAt(end);
      if (!Letters.isDigit(c)) {
        break;
      }
      end += Character.charCount(c);
    }
    return end;
  }

  /** Of thousands, of decimals, and of fractions and dates. */
  private static boolean isSeparator(char c) {
    return c == '.'
        || c == ','
        || c == '/'
        || c == '\''
        || c == '\u2019'
        || c == '\u066B'
        || c == '\u066C'
        || c == '\u2044';
  }

  private int keycap(int i) {
    int end = i + 1;
    if (end < to && text.charAt(end) == Letters.EMOJI_STYLE) {
      end++;
    }
    if (end < to && text.charAt(end) == 0x20E3) {
      kind = Kind.EMOJI;
      return end + 1;
    }
    return -1;
  }

  /** An emoji sequence of UTS 51: a flag, or pictures with their style, skin, tags and joiners. */
  private int emoji(int i, int first) {
    if (Letters.isRegional(first)) {
      int end = i + 2;
      kind = Kind.EMOJI;
      return end < to && Letters.isRegional(text.codePointAt(end)) ? end + 2 : end;
    }
    int end = picture(i, first);
    if (end < 0) {
      return -1;
    }
    while (end + 1 < to && text.charAt(end) == Letters.ZWJ) {
      int next = picture(end + 1, text.codePointAt(end + 1));
      if (next < 0) {
        break;
      }
      end = next;
    }
    kind = Kind.EMOJI;
    return end;
  }

  private int picture(int i, int c) {
    int end = i + Character.charCount(c);
    boolean styled = end < to && text.charAt(end) == Letters.EMOJI_STYLE;
    // Within a sequence a sign such as U+2640 stands without its style, too.
    boolean joined = i > done && text.charAt(i - 1) == Letters.ZWJ;
    if (!Letters.isEmoji(c) && !((styled || joined) && Letters.mayBeEmoji(c))) {
      return -1;
    }
    while (end < to) {
      int next = text.codePointAt(end);
      boolean belongs =
          next == Letters.EMOJI_STYLE
              || next == 0xFE0E
              || next == 0x20E3
              || (next >= 0x1F3FB && next <= 0x1F3FF)
              || (next >= 0xE0020 && next <= 0xE007F);
      if (!belongs) {
        break;
      }
      end += Character.charCount(next);
    }
    return end;
  }
}
