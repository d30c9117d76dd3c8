package org.seqlm.vocab;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.text.TokenizerKind;

/**
 * A vocabulary behind which the new words of another text come. Known tokens keep their ids; new
 * ones follow by falling count and, among equals, by rising bytes, as in a vocabulary of the text
 * alone ({@link Vocabularies#of}). All counts are the new text's: 0 for what does not stand in it.
 *
 * @param base whose tokens are known
 * @param limits of all ids together ({@code maxSize}), and of a new token's count
 * @param mostAppended new tokens, at least 0
 */
public record ExtendedVocabulary(Vocabulary base, VocabularyLimits limits, int mostAppended) {
  public ExtendedVocabulary {
    new Problems()
        .atLeast("vocabulary.max-appended", mostAppended, 0)
        .require(
            limits.maxSize() == 0 || limits.maxSize() >= base.size(),
            "vocabulary.max-size is "
                + limits.maxSize()
                + ", but the vocabulary of vocabulary.base has "
                + base.size()
                + " ids, all of which stay: set vocabulary.max-size to at least that, or to 0 for"
                + " no limit")
        .throwIfAny();
  }

  /** How many ids there may be behind the known ones. */
  private int room() {
    int left = limits.maxSize() == 0 ? Integer.MAX_VALUE - 8 : limits.maxSize();
    return Math.min(left - base.size(), mostAppended);
  }

  /**
   * How many of a part's most frequent new words are enough, though {@link Vocabulary#noWords} may
   * be among them.
   */
  public int candidates(TokenizerKind kind) {
    return (int) Math.min(Integer.MAX_VALUE, (long) room() + Vocabulary.noWords(kind).size());
  }

  /**
   * What a part of a text's words is to a vocabulary.
   *
   * @param known tokens, with their counts in the part, whatever these are
   * @param fresh the others that may get an id, by falling count, then bytes
   */
  public record Part(PackedTokens known, PackedTokens fresh) {
    /**
     * Parts words.
     *
     * @param base whose tokens are known; a text's own {@code </s>} is not
     * @param words with all their occurrences
     * @param minCount of a new word
     * @param most new words
     */
    public static Part of(Vocabulary base, TokenCounts words, long minCount, int most) {
      TokenTable table = words.table();
      PackedTokens.Builder known = new PackedTokens.Builder();
      TokenCounts fresh = new TokenCounts(1 << 10);
      for (int word = 0; word < words.size(); word++) {
        int start = table.start(word);
        int end = table.end(word);
        if (base.id(table.arena(), start, end) != Vocabulary.UNKNOWN) {
          known.add(table.arena(), start, end, words.count(word));
        } else if (words.count(word) >= minCount) {
          fresh.add(table.arena(), start, end, words.count(word));
        }
      }
      return new Part(known.take(), fresh.ranked(minCount, most));
    }
  }

  /**
   * The vocabulary.
   *
   * @param parts no word in two of them
   * @param lineEnds how often the line end stands in the text; used for words only
   */
  public Vocabulary of(TokenizerKind kind, List<Part> parts, long lineEnds) {
    long[] counts = new long[base.size()];
    for (Part part : parts) {
      PackedTokens known = part.known();
      for (int i = 0; i < known.size(); i++) {
        counts[base.id(known.arena(), known.start(i), known.end(i))] = known.counts()[i];
      }
    }
    if (base.sentenceEnd() >= 0) {
      counts[base.sentenceEnd()] = lineEnds;
    }
    PackedTokens old = Vocabularies.pack(base);
    PackedTokens.Builder tokens = new PackedTokens.Builder();
    for (int id = 0; id < counts.length; id++) {
      tokens.add(old.arena(), old.start(id), old.end(id), counts[id]);
    }
    Vocabularies.append(
        tokens,
        kind,
        parts.stream().map(Part::fresh).toList(),
        base.size() + room(),
        limits.minCount());
    return Vocabularies.unpack(base.reserved(), tokens.take());
  }
}
