package org.seqlm.quality;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.seqlm.UserException;
import org.seqlm.text.Utf8;

/**
 * The scripts that a document is written in, by Unicode's property: the share of its letters that
 * are of those to keep. It needs no library and tells Persian from English, but not from Arabic.
 */
public final class Script implements FilterKind {
  @Override
  public String name() {
    return "script";
  }

  @Override
  public String source() {
    return "seqlm";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.texts("keep", List.of(), "scripts to keep, for instance latin, arabic, han"),
        Parameter.share("min-share", 0.5, "share of letters that are of these"));
  }

  @Override
  public Filter create(Settings settings) {
    Set<UnicodeScript> keep = EnumSet.noneOf(UnicodeScript.class);
    for (String name : settings.texts("keep")) {
      try {
        keep.add(UnicodeScript.forName(name.replace('-', '_')));
      } catch (IllegalArgumentException e) {
        throw UserException.configuration(
            "filters.script.keep has "
                + name
                + ", which is no script of Unicode's: give names such as latin, cyrillic, arabic,"
                + " han, hiragana, thai");
      }
    }
    if (keep.isEmpty()) {
      throw UserException.configuration(
          "filters.script.keep is missing: give the scripts to keep, for instance {script: {keep:"
              + " [latin]}}");
    }
    List<Rule> rules =
        List.of(
            Rule.atLeast(
                "script.share",
                "share of letters of the scripts to keep",
                settings.number("min-share"),
                Scale.SHARE));
    boolean latin = keep.contains(UnicodeScript.LATIN);
    return new Filter() {
      @Override
      public List<Rule> rules() {
        return rules;
      }

      @Override
      public void measure(Document document, Document edited, double[] values) {
        byte[] utf8 = edited.utf8();
        long letters = 0;
        long kept = 0;
        for (int at = edited.from(); at < edited.to(); at += Utf8.length(utf8[at])) {
          int c = Utf8.codePoint(utf8, at);
          if (c < 0x80) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            letters += letter ? 1 : 0;
            kept += letter && latin ? 1 : 0;
          } else if (Character.isLetter(c)) {
            letters++;
            kept += keep.contains(UnicodeScript.of(c)) ? 1 : 0;
          }
        }
        values[0] = kept / (double) letters;
      }
    };
  }
}
