package org.seqlm.concordance;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Predicate;
import org.seqlm.ngram.trie.Bytes;

/**
 * One run of a file: its terms in the order of their bytes, and where each stands. What is asked
 * for is read, block by block; the directory is kept once it was read.
 *
 * @see WordRun
 */
final class TermRun {
  private static final String TERMS = "a block of terms";

  /** Bytes that are read at a time where many blocks are. */
  private static final int AHEAD = 1 << 16;

  private final IndexFile file;
  private final long firstWord;
  private final long at;
  private final int words;
  private final long blocksLength;
  private final int directoryLength;
  private final int directoryCrc;
  private final int documentsLength;
  private final int documentsCrc;
  private final int terms;

  private byte[][] firsts; // of each block of terms
  private long[] blockAt;
  private int[] entriesLength;
  private int[] postingsLength;
  private int[] entriesCrc;
  private int[] postingsCrc;
  private byte[] ahead = {}; // some blocks, from some byte of the file on
  private long aheadAt;

  TermRun(IndexFile file, Bytes.Reader in) {
    this.file = file;
    firstWord = in.readNumber();
    at = in.readNumber();
    words = in.readInt();
    terms = in.readInt();
    blocksLength = in.readNumber();
    directoryLength = in.readInt();
    directoryCrc = in.readInt();
    documentsLength = in.readInt();
    documentsCrc = in.readInt();
    if (words < 0 || words > Layout.RUN_WORDS || terms < 0 || terms > words) {
      throw new IllegalArgumentException("a run of " + words + " words and " + terms + " terms");
    }
  }

  /** The words of the file before it. */
  long firstWord() {
    return firstWord;
  }

  int words() {
    return words;
  }

  private void readDirectory() throws IOException {
    if (firsts != null) {
      return;
    }
    String what = "a directory of terms";
    byte[] part = file.checked(at + blocksLength, directoryLength, directoryCrc, what);
    file.decode(
        what,
        part,
        in -> {
          int blocks = (terms + Layout.TERMS - 1) / Layout.TERMS;
          byte[][] read = new byte[blocks][];
          blockAt = new long[blocks];
          entriesLength = new int[blocks];
          postingsLength = new int[blocks];
          entriesCrc = new int[blocks];
          postingsCrc = new int[blocks];
          long next = at;
          for (int i = 0; i < blocks; i++) {
            read[i] = IndexFile.take(in);
            blockAt[i] = next;
            entriesLength[i] = in.readInt();
            postingsLength[i] = in.readInt();
            entriesCrc[i] = in.readInt();
            postingsCrc[i] = in.readInt();
            if (entriesLength[i] < 0 || postingsLength[i] < 0) {
              throw new IllegalArgumentException("a block of negative length");
            }
            next += (long) entriesLength[i] + postingsLength[i];
          }
          firsts = read;
          return null;
        });
  }

  /** The terms of one block. */
  final class Block {
    private final int number;
    private final byte[][] term;
    private final int[] count;
    private final int[] documents;
    private final long[] first;
    private final long[] last;
    private final int[] postingsAt; // and where they end, one longer
    private byte[] postings;

    private Block(int number, Bytes.Reader in) {
      this.number = number;
      int size = Math.min(Layout.TERMS, terms - number * Layout.TERMS);
      term = new byte[size][];
      count = new int[size];
      documents = new int[size];
      first = new long[size];
      last = new long[size];
      postingsAt = new int[size + 1];
      byte[] before = {};
      for (int i = 0; i < size; i++) {
        int shared = in.readInt();
        int more = in.readInt();
        byte[] bytes = Arrays.copyOf(before, Math.addExact(shared, more));
        if (shared > before.length) {
          throw new IllegalArgumentException("a term that shares " + shared + " bytes");
        }
        in.copy(bytes, shared, more);
        term[i] = bytes;
        before = bytes;
        count[i] = in.readInt();
        documents[i] = in.readInt();
        first[i] = in.readNumber();
        last[i] = first[i] + in.readNumber();
        postingsAt[i + 1] = postingsAt[i] + in.readInt();
      }
    }

    int size() {
      return term.length;
    }

    byte[] term(int i) {
      return term[i];
    }

    /** How often it stands in the run. */
    int count(int i) {
      return count[i];
    }

    /** Documents of the run that have it. */
    int documents(int i) {
      return documents[i];
    }

    /** The first document of the run that has it, less the run's first. */
    long first(int i) {
      return first[i];
    }

    long last(int i) {
      return last[i];
    }

    /** The places of a term in the run, rising. */
    int[] places(int i) throws IOException {
      if (postings == null) {
        postings =
            part(
                blockAt[number] + entriesLength[number],
                postingsLength[number],
                postingsCrc[number],
                "a block of places");
      }
      return file.decode(
          "a block of places",
          postings,
          in -> {
            if (count[i] < 1 || count[i] > words) {
              throw new IllegalArgumentException("a term that stands " + count[i] + " times");
            }
            in.skip(postingsAt[i]);
            int[] places = new int[count[i]];
            int place = 0;
            for (int p = 0; p < places.length; p++) {
              place += in.readInt();
              if (place < 0 || place >= words) {
                throw new IllegalArgumentException("a word at place " + place);
              }
              places[p] = place;
            }
            return places;
          });
    }
  }

  /** Bytes of a block, of what was read ahead if they are in it. */
  private byte[] part(long from, int length, int crc, String what) throws IOException {
    long offset = from - aheadAt;
    return offset >= 0 && offset + length <= ahead.length
        ? file.checked(ahead, (int) offset, length, crc, what, from)
        : file.checked(from, length, crc, what);
  }

  /** The next block of many that are read one after the other. */
  Block next(int number) throws IOException {
    readDirectory();
    long end = blockAt[number] + entriesLength[number] + postingsLength[number];
    if (blockAt[number] < aheadAt || end > aheadAt + ahead.length) {
      long length = Math.max(end - blockAt[number], AHEAD);
      aheadAt = blockAt[number];
      ahead = file.some(aheadAt, (int) Math.min(length, at + blocksLength - aheadAt));
    }
    return block(number);
  }

  int blocks() throws IOException {
    readDirectory();
    return firsts.length;
  }

  Block block(int number) throws IOException {
    readDirectory();
    byte[] part = part(blockAt[number], entriesLength[number], entriesCrc[number], TERMS);
    return file.decode(TERMS, part, in -> new Block(number, in));
  }

  /** The last block that begins with this term or an earlier one; -1 if all begin later. */
  private int blockOf(byte[] term) throws IOException {
    readDirectory();
    int found = Arrays.binarySearch(firsts, term, Arrays::compareUnsigned);
    return found >= 0 ? found : -found - 2;
  }

  /** Takes a term that was asked for. */
  @FunctionalInterface
  interface TermSink {
    void term(Block block, int i) throws IOException;
  }

  /** Gives a term, if it is here. */
  void find(byte[] term, TermSink sink) throws IOException {
    int number = blockOf(term);
    if (number < 0) {
      return;
    }
    Block block = block(number);
    for (int i = 0; i < block.size(); i++) {
      if (Arrays.equals(block.term(i), term)) {
        sink.term(block, i);
        return;
      }
    }
  }

  /**
   * Gives the terms that begin so and that are wanted.
   *
   * @param beginning of all of them; empty where all terms are looked at
   */
  void scan(byte[] beginning, Predicate<byte[]> wanted, TermSink sink) throws IOException {
    int blocks = blocks();
    for (int number = Math.max(0, blockOf(beginning)); number < blocks; number++) {
      if (beginning.length > 0
          && !begins(firsts[number], beginning)
          && Arrays.compareUnsigned(firsts[number], beginning) > 0) {
        return;
      }
      Block block = next(number);
      for (int i = 0; i < block.size(); i++) {
        if (begins(block.term(i), beginning) && wanted.test(block.term(i))) {
          sink.term(block, i);
        }
      }
    }
  }

  private static boolean begins(byte[] term, byte[] beginning) {
    return term.length >= beginning.length
        && Arrays.equals(term, 0, beginning.length, beginning, 0, beginning.length);
  }

  /**
   * Which document each word is of.
   *
   * @param starts the place in the run of each document's first word, rising from 0
   * @param numbers of these documents, as the file has them
   */
  record Documents(int[] starts, long[] numbers) {
    /** The document of a word of the run. */
    long of(int place) {
      int found = Arrays.binarySearch(starts, place);
      return numbers[found >= 0 ? found : -found - 2];
    }
  }

  Documents documents() throws IOException {
    String what = "a list of documents";
    byte[] part =
        file.checked(at + blocksLength + directoryLength, documentsLength, documentsCrc, what);
    return file.decode(
        what,
        part,
        in -> {
          int size = in.readInt();
          if (size < 1 || size > words) {
            throw new IllegalArgumentException(size + " documents");
          }
          int[] starts = new int[size];
          long[] numbers = new long[size];
          int place = 0;
          long number = 0;
          for (int i = 0; i < size; i++) {
            place += in.readInt();
            number += in.readNumber();
            starts[i] = place;
            numbers[i] = number;
          }
          if (starts[0] != 0) {
            throw new IllegalArgumentException("the first document begins at " + starts[0]);
          }
          return new Documents(starts, numbers);
        });
  }
}
