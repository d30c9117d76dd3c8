package org.seqlm.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.seqlm.text.Utf8;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabulary;

/** What the ids of a range's blocks mean under a vocabulary. */
final class RangeIds {
  private final List<Chunk> chunks = new ArrayList<>();
  private final int reserved;
  private RangeDocuments documents;
  private RangeSummary summary;

  /**
   * @param ids of the vocabulary by local id
   * @param codePoints of each token
   * @param bytes of each token
   * @param lineFeed local id of the token that is a line feed, or -1
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Chunk(int[] ids, int[] codePoints, int[] bytes, int lineFeed) {}

  /**
   * @param heads what the range has beside its blocks
   */
  RangeIds(Iterator<Object> heads, Vocabulary vocabulary) {
    reserved = vocabulary.reserved();
    while (heads.hasNext()) {
      Object head = heads.next();
      if (head instanceof LocalDictionary dictionary) {
        chunks.add(chunk(dictionary.tokens, vocabulary));
      } else if (head instanceof RangeDocuments found) {
        documents = found;
      } else {
        summary = (RangeSummary) head;
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

  Chunk chunk(LocalBlock block) {
    return chunks.get(block.chunk);
  }

  RangeDocuments documents() {
    return documents;
  }

  RangeSummary summary() {
    return summary;
  }

  /** The block's tokens as ids of the vocabulary. */
  int[] map(LocalBlock block) {
    int[] ids = chunk(block).ids();
    int[] mapped = new int[block.tokens.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = ids[block.tokens[i]];
    }
    return mapped;
  }
}
