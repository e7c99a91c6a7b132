/** What people look at: sheets of pictures, curves, and the HTML pages of one run or several. */
package dev.fovea.report;
