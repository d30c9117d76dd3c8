package org.seqlm.corpus;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.seqlm.text.Utf8;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabulary;

/** What the ids of a range's blocks mean under a vocabulary. */
public final class RangeIds {
  private final List<Chunk> chunks = new ArrayList<>();
  private final int reserved;
  private RangeDocuments documents;

  /**
   * What the local ids of one dictionary mean.
   *
   * @param ids of the vocabulary by local id
   * @param codePoints of each token
   * @param bytes of each token
   * @param lineFeed local id of the token that is a line feed, or -1
   */
  public record Chunk(int[] ids, int[] codePoints, int[] bytes, int lineFeed) {}

  /**
   * @param heads what the range has beside its blocks, in its order
   * @param vocabulary to translate to
   */
  public RangeIds(Iterator<RangePart> heads, Vocabulary vocabulary) {
    reserved = vocabulary.reserved();
    while (heads.hasNext()) {
      RangePart head = heads.next();
      if (head instanceof LocalDictionary dictionary) {
        chunks.add(chunk(dictionary.tokens(), vocabulary));
      } else if (head instanceof RangeDocuments found) {
        documents = found;
      }
    }
  }

  private Chunk chunk(PackedTokens tokens, Vocabulary vocabulary) {
    int n = reserved + tokens.size();
    int[] ids = new int[n];
    int[] codePoints = new int[n];
    int[] bytes = new int[n];
    int lineFeed = -1;
    for (int id = 0; id < reserved; id++) {
      ids[id] = id;
    }
    for (int i = 0; i < tokens.size(); i++) {
      int start = tokens.start(i);
      int end = tokens.end(i);
      ids[reserved + i] = vocabulary.id(tokens.arena(), start, end);
      codePoints[reserved + i] = Utf8.codePoints(tokens.arena(), start, end);
      bytes[reserved + i] = end - start;
      if (end - start == 1 && tokens.arena()[start] == '\n') {
        lineFeed = reserved + i;
      }
    }
    return new Chunk(ids, codePoints, bytes, lineFeed);
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
    int[] mapped = new int[tokens.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = ids[tokens[i]];
    }
    return mapped;
  }
}
