package org.seqlm.vocab;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Those words of several vocabularies that one part is dealt, matched by their spelling: what
 * {@link JoinedVocabulary} does with all words, without a part having to know the others. Words of
 * the first vocabulary keep their ids. Those that it lacks are new where they first stand, in the
 * order of the vocabularies and of the ids in each; how many new ones stand before them, in this
 * part and in all others, is told from outside.
 */
public final class MatchedWords {
  private static final int NONE = -1;

  private final List<NumberedWords> blocks; // by vocabulary, then ids
  private final int[][] places; // in the table, of each block's words; NONE for a word that is not
  private final TokenTable table = new TokenTable(1 << 10);
  private long[] counts = new long[1 << 10]; // by place
  private int[] ids = new int[1 << 10]; // of the first's words in the result, then of the new ones
  private int[] origins = new int[1 << 10]; // vocabulary of each place
  private int known; // words of the first vocabulary, whose places come before the new ones'
  private Excess excess; // null for none

  /**
   * A word that one vocabulary has more often than what is left of the first.
   *
   * @param vocabulary the other's number
   * @param id of the word there
   * @param here how often the first has it, less the vocabularies between them
   * @param there how often the other has it
   */
  public record Excess(int vocabulary, int id, String token, long here, long there)
      implements java.io.Serializable {}

  private MatchedWords(List<NumberedWords> blocks) {
    this.blocks = new ArrayList<>(blocks);
    this.blocks.removeIf(block -> block.size() == 0);
    this.blocks.sort(
        Comparator.comparingInt(NumberedWords::vocabulary).thenComparingInt(b -> b.ids()[0]));
    this.places = new int[this.blocks.size()][];
  }

  /**
   * Adds up the counts of all.
   *
   * @param blocks in any order; what lies between the ids of one stands in no other
   */
  public static MatchedWords added(List<NumberedWords> blocks) {
    MatchedWords words = new MatchedWords(blocks);
    for (int block = 0; block < words.places.length; block++) {
      words.add(block);
    }
    return words;
  }

  /** The same, where the first's counts are less those of the others, and no word is new. */
  public static MatchedWords subtracted(List<NumberedWords> blocks) {
    MatchedWords words = new MatchedWords(blocks);
    for (int block = 0; block < words.places.length; block++) {
      if (words.blocks.get(block).vocabulary() == 0) {
        words.add(block);
      } else {
        words.subtract(block);
      }
    }
    return words;
  }

  private void add(int block) {
    NumberedWords words = blocks.get(block);
    PackedTokens tokens = words.tokens();
    places[block] = new int[words.size()];
    for (int i = 0; i < words.size(); i++) {
      int before = table.size();
      int place = table.add(tokens.arena(), tokens.start(i), tokens.end(i));
      places[block][i] = place;
      if (place == counts.length) {
        counts = Arrays.copyOf(counts, 2 * place);
        ids = Arrays.copyOf(ids, 2 * place);
        origins = Arrays.copyOf(origins, 2 * place);
      }
      if (place == before) {
        ids[place] = words.ids()[i];
        origins[place] = words.vocabulary();
        known += words.vocabulary() == 0 ? 1 : 0;
      }
      counts[place] += tokens.counts()[i];
    }
  }

  private void subtract(int block) {
    NumberedWords words = blocks.get(block);
    PackedTokens tokens = words.tokens();
    places[block] = new int[words.size()];
    for (int i = 0; i < words.size(); i++) {
      int place = table.find(tokens.arena(), tokens.start(i), tokens.end(i));
      places[block][i] = place;
      long there = tokens.counts()[i];
      long here = place < 0 ? 0 : counts[place];
      if (here < there && excess == null) {
        String token =
            new String(tokens.arena(), tokens.start(i), tokens.length(i), StandardCharsets.UTF_8);
        excess = new Excess(words.vocabulary(), words.ids()[i], token, here, there);
      }
      if (place >= 0) {
        counts[place] -= there;
      }
    }
  }

  /** The first word that a vocabulary has too often to be taken away; null for none. */
  public Excess excess() {
    return excess;
  }

  /** Different words; those of the first vocabulary come first, in its order, then the new ones. */
  public int size() {
    return table.size();
  }

  /** How many words are new. */
  public int fresh() {
    return table.size() - known;
  }

  /** The vocabulary that has a new word first, by its place among the new ones. */
  public int origin(int fresh) {
    return origins[known + fresh];
  }

  /** Its id there, until it gets another. */
  public int originalId(int fresh) {
    return ids[known + fresh];
  }

  /** Gives the new words their ids in the result, in their order. */
  public void number(int[] fresh) {
    if (fresh.length != fresh()) {
      throw new IllegalArgumentException(fresh.length + " ids for " + fresh() + " new words");
    }
    System.arraycopy(fresh, 0, ids, known, fresh.length);
  }

  /** What came in, in the order of the vocabularies and of the ids. */
  public List<NumberedWords> blocks() {
    return blocks;
  }

  /** What the ids of a block become; {@link Vocabulary#UNKNOWN} for what stands in no n-gram. */
  public int[] become(int block) {
    int[] become = new int[places[block].length];
    for (int i = 0; i < become.length; i++) {
      int place = places[block][i];
      become[i] = place == NONE ? Vocabulary.UNKNOWN : ids[place];
    }
    return become;
  }

  /** The id of a word in the result; they rise with the place. */
  public int id(int place) {
    return ids[place];
  }

  /** How often it stands in all. */
  public long count(int place) {
    return counts[place];
  }

  /** The words' bytes by place, to be read only. */
  public TokenTable table() {
    return table;
  }
}
