/**
 * What is measured of a text as it is read, line by line and document by document: characters,
 * lengths, readability and the diversity of words go into tallies, which add up in any order.
 */
package org.seqlm.profile.text;
