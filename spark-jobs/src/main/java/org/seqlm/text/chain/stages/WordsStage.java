package org.seqlm.text.chain.stages;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageValues;

/** {@code words}. */
public final class WordsStage extends PlainProvider {
  private static final String PUNCTUATION = "punctuation";

  public WordsStage() {
    super(
        Kind.SPLITTER,
        "words",
        "Words by Unicode (UAX 29), of Chinese, Japanese, Thai, Lao, Khmer and Burmese by ICU's"
            + " dictionaries; zero-width non-joiners stay inside words, marks with their letter.",
        kept("urls", "https://example.org/a, www.example.org"),
        kept("emails", "somebody@example.org"),
        kept("mentions", "@somebody"),
        kept("hashtags", "#topic"),
        kept("numbers", "1,234.5, \u06F1\u06F2\u06F3, 3/4, 10%"),
        StageParameter.choice(
            "emoji",
            "A picture with its skin, style, joined pictures, or a flag or keycap: one token, or"
                + " none.",
            "one",
            "drop"),
        StageParameter.choice(
            PUNCTUATION,
            "Every other visible character, with its marks: dropped, or a token.",
            "drop",
            "keep"));
  }

  private static StageParameter kept(String name, String example) {
    return StageParameter.choice(
        name, "Such as " + example + ": one token, cut as words, or none.", "one", "words", "drop");
  }

  @Override
  public Stage create(StageValues values) {
    Map<SpecialWords.Kind, WordSplitter.Fate> fates = new EnumMap<>(SpecialWords.Kind.class);
    for (SpecialWords.Kind kind : SpecialWords.Kind.values()) {
      fates.put(kind, values.choice(kind.name().toLowerCase(Locale.ROOT), WordSplitter.Fate.class));
    }
    return new WordSplitter(fates, values.choice(PUNCTUATION, WordSplitter.Punctuation.class));
  }
}
