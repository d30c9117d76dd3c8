package org.seqlm.corpus;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import org.seqlm.text.Utf8;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabulary;

/**
 * What the local ids of a range mean, looked up in a vocabulary that is in memory or as it was
 * told.
 */
public final class RangeIds {
  private final List<Chunk> chunks = new ArrayList<>();
  private RangeDocuments documents;

  /** What the local ids of one dictionary mean. */
  public static final class Chunk {
    private final int reserved;
    private final PackedTokens tokens;
    private final int[] ids;
    private int[] codePoints;

    private Chunk(PackedTokens tokens, int[] ids) {
      this.reserved = ids.length - tokens.size();
      this.tokens = tokens;
      this.ids = ids;
    }

    private static Chunk of(PackedTokens tokens, Vocabulary vocabulary) {
      int reserved = vocabulary.reserved();
      int[] ids = new int[reserved + tokens.size()];
      for (int id = 0; id < reserved; id++) {
        ids[id] = id;
      }
      for (int i = 0; i < tokens.size(); i++) {
        ids[reserved + i] = vocabulary.id(tokens.arena(), tokens.start(i), tokens.end(i));
      }
      return new Chunk(tokens, ids);
    }

    /** Ids of the vocabulary by local id. */
    public int[] ids() {
      return ids;
    }

    /** Code points of each token, by local id; 0 of the reserved ones. */
    public int[] codePoints() {
      if (codePoints == null) {
        codePoints = new int[ids.length];
        for (int i = 0; i < tokens.size(); i++) {
          codePoints[reserved + i] =
              Utf8.codePoints(tokens.arena(), tokens.start(i), tokens.end(i));
        }
      }
      return codePoints;
    }

    /** UTF-8 bytes of a token; 0 of the reserved ones. */
    public int bytes(int local) {
      return local < reserved ? 0 : tokens.length(local - reserved);
    }

    /** Local id of the token that is a line feed, or -1. */
    public int lineFeed() {
      for (int i = 0; i < tokens.size(); i++) {
        if (tokens.length(i) == 1 && tokens.arena()[tokens.start(i)] == '\n') {
          return reserved + i;
        }
      }
      return -1;
    }
  }

  /**
   * @param asides what the range has beside its blocks, in its order
   * @param vocabulary to translate to
   */
  public RangeIds(Iterator<RangePart> asides, Vocabulary vocabulary) {
    this(asides, (chunk, tokens) -> Chunk.of(tokens, vocabulary));
  }

  /**
   * @param asides what the range has beside its blocks, in its order
   * @param ids of the vocabulary by local id, by chunk
   */
  public RangeIds(Iterator<RangePart> asides, int[][] ids) {
    this(asides, (chunk, tokens) -> new Chunk(tokens, ids[chunk]));
  }

  private RangeIds(
      Iterator<RangePart> asides, BiFunction<Integer, PackedTokens, Chunk> dictionary) {
    while (asides.hasNext()) {
      RangePart aside = asides.next();
      if (aside instanceof LocalDictionary found) {
        chunks.add(dictionary.apply(chunks.size(), found.tokens()));
      } else if (aside instanceof RangeDocuments found) {
        documents = found;
      }
    }
  }

  /** What the ids of this block mean. */
  public Chunk chunk(LocalBlock block) {
    return chunks.get(block.chunk());
  }

  /** The documents that begin in the range. */
  public RangeDocuments documents() {
    return documents;
  }

  /** The block's tokens as ids of the vocabulary. */
  public int[] map(LocalBlock block) {
    return map(block, chunk(block).ids());
  }

  /**
   * The same where the ids alone are known.
   *
   * @param ids of the vocabulary by local id of the block's chunk
   */
  public static int[] map(LocalBlock block, int[] ids) {
    int[] tokens = block.tokens();
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = ids[tokens[i]];
    }
    return tokens;
  }
}
