package org.seqlm.dataset;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.seqlm.UserException;

/**
 * The format of one stored segment, little-endian: four 32-bit numbers (magic, bytes a token,
 * tokens, documents), the token ids in 1, 2 or 4 bytes each (the least that holds every id of the
 * vocabulary), and as 32-bit numbers, rising, the positions at which documents begin.
 */
final class Segment {
  /** The most tokens of a segment. */
  static final int MAX_TOKENS = 1 << 20;

  private static final int MAGIC = 0x31514553; // "SEQ1"
  private static final int HEADER = 16;

  private final ByteBuffer buffer;
  private final int width;
  private final int tokens;
  private final int documents;

  private Segment(ByteBuffer buffer, int width, int tokens, int documents) {
    this.buffer = buffer;
    this.width = width;
    this.tokens = tokens;
    this.documents = documents;
  }

  /** Bytes a token: 1 to 256 ids, 2 to 65,536, otherwise 4. */
  static int width(int vocabularySize) {
    return vocabularySize <= 1 << 8 ? 1 : vocabularySize <= 1 << 16 ? 2 : 4;
  }

  static void write(
      OutputStream out, int width, int[] ids, int tokens, int[] documentStarts, int documents)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER + tokens * width + documents * 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC)
            .putInt(width)
            .putInt(tokens)
            .putInt(documents);
    for (int i = 0; i < tokens; i++) {
      switch (width) {
        case 1 -> bytes.put((byte) ids[i]);
        case 2 -> bytes.putShort((short) ids[i]);
        default -> bytes.putInt(ids[i]);
      }
    }
    for (int i = 0; i < documents; i++) {
      bytes.putInt(documentStarts[i]);
    }
    out.write(bytes.array());
  }

  /**
   * @param name shown in messages
   * @throws UserException with exit code 3 if the bytes are no segment
   */
  static Segment of(byte[] bytes, String name) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length >= HEADER && buffer.getInt(0) == MAGIC) {
      int width = buffer.getInt(4);
      int tokens = buffer.getInt(8);
      int documents = buffer.getInt(12);
      boolean sane =
          (width == 1 || width == 2 || width == 4)
              && tokens >= 0
              && tokens <= MAX_TOKENS
              && documents >= 0
              && documents <= tokens;
      if (sane && bytes.length == HEADER + tokens * width + documents * 4) {
        return new Segment(buffer, width, tokens, documents);
      }
    }
    throw UserException.data(name + " is no segment of tokens: make the dataset again");
  }

  int tokens() {
    return tokens;
  }

  int bytes() {
    return buffer.capacity();
  }

  /** Copies the ids {@code [from, to)} to {@code into[at…]}. */
  void copy(int from, int to, int[] into, int at) {
    int position = HEADER + from * width;
    for (int i = from; i < to; i++, position += width) {
      into[at++] =
          switch (width) {
            case 1 -> buffer.get(position) & 0xFF;
            case 2 -> buffer.getShort(position) & 0xFFFF;
            default -> buffer.getInt(position);
          };
    }
  }

  int documents() {
    return documents;
  }

  /** The position of the first token of a document. */
  int documentStart(int index) {
    return buffer.getInt(HEADER + tokens * width + index * 4);
  }

  /** How many documents begin before a position. */
  int documentsBefore(int position) {
    int low = 0;
    int high = documents;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (documentStart(middle) < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
