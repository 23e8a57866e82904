/**
 * The comparison of a broker's statement with the books: reading a statement's lines, finding what
 * differs and in what way, and the life of a difference.
 *
 * <p>Calculations on values: no clock, no database, no container here. How the books themselves work is
 * the word of {@code domain}; nothing here changes them.
 */
package io.tola.portfolio.domain.recon;
