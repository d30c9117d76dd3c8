package org.seqlm.text;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.seqlm.Problems;
import org.seqlm.text.chain.StageSpec;
import org.seqlm.text.chain.Stages;

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
 * @param chain the stages of {@link TokenizerKind#CHAIN}, which decide alone: the rules before them
 *     are as in {@link #of(TokenizerKind)}. Empty for the other kinds, and absent in their JSON
 */
public record TextRules(
    TokenizerKind kind,
    UnicodeForm unicode,
    LetterCase letterCase,
    Alphabet alphabet,
    ArabicLetters arabicLetters,
    Punctuation punctuation,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<StageSpec> chain)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private static final String CHAIN = "tokenizer.chain";

  @JsonCreator
  public TextRules {
    chain = chain == null ? List.of() : List.copyOf(chain);
    Problems problems =
        new Problems()
            .present(
                "tokenizer.kind",
                kind,
                "give --tokenizer char, word, whitespace or chain:FILE.yaml")
            .present("tokenizer.unicode", unicode, "give none, nfc or nfkc")
            .present("tokenizer.letter-case", letterCase, "give keep or lower")
            .present("tokenizer.alphabet", alphabet, "give all or letters-only")
            .present("tokenizer.arabic-letters", arabicLetters, "give keep or persian")
            .present("tokenizer.punctuation", punctuation, "give drop or keep");
    if (kind == TokenizerKind.CHAIN) {
      problems.present(CHAIN, chain, "list its stages, for instance [nfc, lowercase, words]");
      idle(problems, "unicode", unicode, UnicodeForm.NONE, "the stage nfc, nfd, nfkc or nfkd");
      idle(problems, "letter-case", letterCase, LetterCase.KEEP, "the stage lowercase");
      idle(problems, "alphabet", alphabet, Alphabet.ALL, "the stage keep with a pattern");
      idle(problems, "arabic-letters", arabicLetters, ArabicLetters.KEEP, "the stage arabic");
      idle(problems, "punctuation", punctuation, Punctuation.DROP, "the stage words");
      if (!chain.isEmpty()) {
        Stages.check(chain, CHAIN, problems);
      }
    } else {
      problems.require(
          chain.isEmpty(),
          "tokenizer.chain is of tokenizer.kind chain, but the kind is another: set"
              + " tokenizer.kind=chain, or leave the chain out");
    }
    problems.throwIfAny();
  }

  private static void idle(
      Problems problems, String key, Enum<?> value, Enum<?> idle, String instead) {
    problems.require(
        value == null || value == idle,
        "tokenizer."
            + key
            + " is not of tokenizer.kind chain, whose stages decide alone: leave it out, and use "
            + instead);
  }

  /** Rules without a chain. */
  public TextRules(
      TokenizerKind kind,
      UnicodeForm unicode,
      LetterCase letterCase,
      Alphabet alphabet,
      ArabicLetters arabicLetters,
      Punctuation punctuation) {
    this(kind, unicode, letterCase, alphabet, arabicLetters, punctuation, List.of());
  }

  /** Cuts by {@code kind} and changes nothing else. */
  public static TextRules of(TokenizerKind kind) {
    return of(kind, List.of());
  }

  /** Cuts by a chain of stages. */
  public static TextRules of(List<StageSpec> chain) {
    return of(TokenizerKind.CHAIN, chain);
  }

  private static TextRules of(TokenizerKind kind, List<StageSpec> chain) {
    return new TextRules(
        kind,
        UnicodeForm.NONE,
        LetterCase.KEEP,
        Alphabet.ALL,
        ArabicLetters.KEEP,
        Punctuation.DROP,
        chain);
  }

  /** For people: the kind, and the names of a chain's stages. */
  public String title() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return chain.isEmpty()
        ? name
        : name + " " + chain.stream().map(StageSpec::name).collect(Collectors.joining(", "));
  }

  /**
   * The same with the content of every file that a stage names: what goes to tasks and into
   * manifests.
   *
   * @throws org.seqlm.UserException with exit code 2 if a file is not there or too large
   */
  public TextRules resolved(StageSpec.Opener opener) throws IOException {
    if (chain.isEmpty()) {
      return this;
    }
    List<StageSpec> whole = new ArrayList<>();
    for (StageSpec stage : chain) {
      whole.add(stage.resolved(opener));
    }
    return new TextRules(kind, unicode, letterCase, alphabet, arabicLetters, punctuation, whole);
  }
}
