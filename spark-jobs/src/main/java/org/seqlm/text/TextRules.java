package org.seqlm.text;

import org.seqlm.Problems;

/**
 * Everything that decides which tokens a record gives; part of a dataset's fingerprint and of every
 * model's manifest.
 *
 * @param kind how a record is cut
 * @param unicode normalisation applied first
 * @param letterCase applied after normalisation
 * @param alphabet applied last, before cutting
 * @param arabicLetters applied after normalisation
 * @param punctuation used by {@link TokenizerKind#WORD} only
 */
public record TextRules(
    TokenizerKind kind,
    UnicodeForm unicode,
    LetterCase letterCase,
    Alphabet alphabet,
    ArabicLetters arabicLetters,
    Punctuation punctuation)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  public TextRules {
    new Problems()
        .present("tokenizer.kind", kind, "give --tokenizer char, word or whitespace")
        .present("tokenizer.unicode", unicode, "give none, nfc or nfkc")
        .present("tokenizer.letter-case", letterCase, "give keep or lower")
        .present("tokenizer.alphabet", alphabet, "give all or letters-only")
        .present("tokenizer.arabic-letters", arabicLetters, "give keep or persian")
        .present("tokenizer.punctuation", punctuation, "give drop or keep")
        .throwIfAny();
  }

  /** Cuts by {@code kind} and changes nothing else. */
  public static TextRules of(TokenizerKind kind) {
    return new TextRules(
        kind,
        UnicodeForm.NONE,
        LetterCase.KEEP,
        Alphabet.ALL,
        ArabicLetters.KEEP,
        Punctuation.DROP);
  }
}
