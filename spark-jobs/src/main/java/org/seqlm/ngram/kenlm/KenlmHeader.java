package org.seqlm.ngram.kenlm;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.seqlm.UserException;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.store.MappedFile;

/**
 * What the beginning of a KenLM binary says (KenLM's {@code lm/binary_format.cc}). Numbers are
 * little-endian, in this order: the magic string with zeros up to a multiple of 8 bytes; the floats
 * 0, 1 and -0.5, the 32-bit integers 1, 2^32 - 1 and 0, and the 64-bit integer 1, which show that
 * the machine that wrote the file counts as this one; the order in one byte, three of padding, the
 * multiplier of hash tables (float32), the type of model (int32), whether words stand at the end
 * (one byte, three of padding), the version of the type (int32); the n-grams of each order (64 bits
 * each); zeros up to a multiple of 8 bytes.
 *
 * @param type of the model
 * @param multiplier buckets of a hash table for one entry, at least 1
 * @param hasWords whether the words stand at the end of the file
 * @param counts n-grams of each order, 1 first; room for as many at least
 * @param size of the header in bytes
 */
record KenlmHeader(KenlmType type, float multiplier, boolean hasWords, long[] counts, int size) {
  /** How many of a file's first bytes tell that it is KenLM's. */
  static final int PREFIX = "mmap lm http://kheafield.com/code".length();

  private static final byte[] MAGIC = ascii("mmap lm http://kheafield.com/code format version 5\n");
  private static final byte[] BEFORE_VERSION =
      ascii("mmap lm http://kheafield.com/code format version ");
  private static final byte[] INCOMPLETE = ascii("mmap lm http://kheafield.com/code incomplete\n");
  private static final int MAGIC_BYTES = 56; // with its zeros
  private static final int OLD_MAGIC_BYTES = 53; // where 32-bit machines' test values began
  private static final int PARAMETERS = MAGIC_BYTES + 32;
  private static final int COUNTS = PARAMETERS + 20;
  private static final int ONE = Float.floatToIntBits(1);
  private static final int[] TEST_VALUES = {0, ONE, Float.floatToIntBits(-0.5f), 1, -1, 0, 1, 0};

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether a file that begins with these bytes is KenLM's, whatever is in it. */
  static boolean begins(byte[] first) {
    return Arrays.equals(first, 0, Math.min(first.length, PREFIX), MAGIC, 0, PREFIX);
  }

  /**
   * Reads the header of a file that {@link #begins} like KenLM's.
   *
   * @throws UserException with exit code 3 if the file cannot be read here
   */
  static KenlmHeader read(MappedFile file, String name) {
    if (startsWith(file, INCOMPLETE)) {
      throw refused(name, "was not finished by build_binary: build it again");
    }
    if (!startsWith(file, BEFORE_VERSION)) {
      throw damaged(name, "no version follows its first words");
    }
    if (!startsWith(file, MAGIC)) {
      throw refused(
          name,
          "has version "
              + line(file, BEFORE_VERSION.length)
              + " of the format, but only version 5 is read: build it again from its ARPA file with"
              + " a newer build_binary");
    }
    if (file.size() < COUNTS) {
      throw cut(name, file, COUNTS);
    }
    checkTestValues(file, name);
    int order = file.get(PARAMETERS) & 0xff;
    float multiplier = file.getFloat(PARAMETERS + 4);
    int number = file.getInt(PARAMETERS + 8);
    KenlmType type = KenlmType.of(number);
    if (type == null) {
      throw refused(
          name,
          number == KenlmType.REST_PROBING
              ? "holds rest costs (rest_probing), which a decoder of translations needs and scoring"
                  + " does not read: build it again with build_binary and without -r"
              : "is of KenLM's model type "
                  + number
                  + ", and types 0 (probing) and 2 to 5 (trie)"
                  + " are read: build it again with build_binary probing or trie");
    }
    int version = file.getInt(PARAMETERS + 16);
    if (version != type.version()) {
      throw refused(
          name,
          "is "
              + type
              + " of version "
              + version
              + ", but version "
              + type.version()
              + " is read: build it again from its ARPA file");
    }
    if (order < 2 || order > BackoffModel.MAX_ORDER) {
      throw damaged(name, "its order must be 2 to " + BackoffModel.MAX_ORDER + ", but is " + order);
    }
    if (!(multiplier >= 1) || Float.isInfinite(multiplier)) {
      throw damaged(name, "its probing multiplier must be 1 or more, but is " + multiplier);
    }
    int size = (COUNTS + Long.BYTES * order + 7) / 8 * 8;
    if (file.size() < size) {
      throw cut(name, file, size);
    }
    long[] counts = new long[order];
    for (int n = 0; n < order; n++) {
      counts[n] = file.getLong(COUNTS + Long.BYTES * n);
      // An n-gram takes a bit at least: so no size that follows overflows.
      if (counts[n] < 0
          || counts[n] >>> 3 > file.size()
          || type == KenlmType.PROBING && multiplier * (float) counts[n] > file.size()) {
        throw UserException.data(
            "KenLM's binary "
                + name
                + " is cut short, or damaged: its header tells of "
                + Long.toUnsignedString(counts[n])
                + " "
                + (n + 1)
                + "-grams, but it has "
                + file.size()
                + " bytes; copy it or build it again");
      }
    }
    if (counts[0] > Integer.MAX_VALUE - 8) {
      throw refused(
          name,
          "has " + counts[0] + " words, but at most " + (Integer.MAX_VALUE - 8) + " can be read");
    }
    return new KenlmHeader(type, multiplier, file.get(PARAMETERS + 12) != 0, counts, size);
  }

  /** N. */
  int order() {
    return counts.length;
  }

  private static void checkTestValues(MappedFile file, String name) {
    if (testValues(file, MAGIC_BYTES)) {
      return;
    }
    if (file.getInt(MAGIC_BYTES + 4) == Integer.reverseBytes(ONE)) {
      throw refused(
          name, "was built on a big-endian machine: build it again from its ARPA file on this one");
    }
    if (testValues(file, OLD_MAGIC_BYTES)
        || file.getInt(OLD_MAGIC_BYTES + 3) == 0 && file.getInt(OLD_MAGIC_BYTES + 7) == ONE) {
      throw refused(
          name, "was built on a 32-bit machine by an old KenLM: build it again from its ARPA file");
    }
    throw damaged(name, "the numbers that test how it counts are others");
  }

  private static boolean testValues(MappedFile file, int from) {
    for (int i = 0; i < TEST_VALUES.length; i++) {
      if (file.getInt(from + Integer.BYTES * i) != TEST_VALUES[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(MappedFile file, byte[] ascii) {
    byte[] first = new byte[ascii.length];
    if (file.size() < first.length) {
      return false;
    }
    file.get(0, first, 0, first.length);
    return Arrays.equals(first, ascii);
  }

  /** What stands from a place to the end of the line, or of 20 bytes. */
  private static String line(MappedFile file, int from) {
    StringBuilder line = new StringBuilder();
    for (int at = from; at < file.size() && at < from + 20 && file.get(at) >= ' '; at++) {
      line.append((char) file.get(at));
    }
    return line.toString();
  }

  /** What to tell of a file that is sound, but cannot be read here. */
  private static UserException refused(String name, String why) {
    return UserException.data("KenLM's binary " + name + " " + why);
  }

  /** What to tell of a file that is not what KenLM writes: exit code 3. */
  static UserException damaged(String name, String why) {
    return UserException.data(
        "KenLM's binary " + name + " is damaged: " + why + "; copy it or build it again");
  }

  /** What to tell of a file that is too short. */
  static UserException cut(String name, MappedFile file, long needed) {
    return UserException.data(
        "KenLM's binary "
            + name
            + " is cut short: its header tells of at least "
            + needed
            + " bytes, but it has "
            + file.size()
            + "; copy it or build it again");
  }
}
