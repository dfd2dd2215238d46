;;; session.el --- What a user of Eglot does, and what has to be on the disk after it  -*- lexical-binding: t -*-

;; tests/editors/emacs/run starts it, with the blocks of editors/emacs.md in $SCRATCH/init.el.

;;; Code:
(require 'cl-lib)
(require 'json)

(defvar scratch (getenv "SCRATCH"))
(defvar log-file (expand-file-name "emacs.log" scratch))
(defvar failed 0)

(defun say (format &rest arguments)
  (write-region (concat (apply #'format format arguments) "\n") nil log-file t 'silent))

(defun check (what ok &optional detail)
  (say "%s: %s" (if ok "ok" "FAILED") what)
  (unless ok
    (cl-incf failed)
    (when detail (say "  %s" detail))))

(defun check-equal (what found wanted)
  (check what (equal found wanted) (format "%s\n-- instead of\n%s" found wanted)))

(defun wait (condition &optional seconds)
  "Whether CONDITION comes true within SECONDS, ten unless said."
  (let ((end (+ (float-time) (or seconds 10))) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (run-hooks 'post-command-hook)    ; Eglot and Flymake start after a command, and a script has none
      (sit-for 0.05))
    value))

(defun bytes (path)
  (with-temp-buffer
    (set-buffer-multibyte nil)
    (insert-file-contents-literally path)
    (buffer-string)))

(defun in-scratch (path)
  (expand-file-name path scratch))

(defun text ()
  (buffer-substring-no-properties (point-min) (point-max)))

(defun place (rule from to)
  "RULE with where FROM and TO are, each (line . column) from 1."
  (format "%s %d:%d-%d:%d" rule (car from) (cdr from) (car to) (cdr to)))

(defun position-at (position)
  (save-excursion
    (goto-char position)
    (cons (line-number-at-pos) (1+ (- (point) (line-beginning-position))))))

(defun lsp-diagnostic (diagnostic)
  (cdr (assoc 'eglot-lsp-diag (flymake-diagnostic-data diagnostic))))

(defun rule-of (diagnostic)
  (plist-get (lsp-diagnostic diagnostic) :code))

(defun rules ()
  (mapcar #'rule-of (flymake-diagnostics)))

(defun shown ()
  "What the editor shows, sorted."
  (sort (mapcar (lambda (it) (place (rule-of it) (position-at (flymake-diagnostic-beg it)) (position-at (flymake-diagnostic-end it))))
                (flymake-diagnostics))
        #'string<))

(defvar expected
  (let-alist (json-read-file (in-scratch "expected/check.json"))
    (append (alist-get 'diagnostics (aref .files 0)) nil)))

(defun said ()
  "What the command line says, sorted."
  (sort (mapcar (lambda (it)
                  (let-alist it
                    (place .rule (cons .range.start.line .range.start.column) (cons .range.end.line .range.end.column))))
                expected)
        #'string<))

(defun diagnostic-of (rule)
  (seq-find (lambda (it) (equal (rule-of it) rule)) (flymake-diagnostics)))

(defun title-of-fix (rule)
  (let-alist (seq-find (lambda (it) (equal (alist-get 'rule it) rule)) expected) .fix.title))

(defun choose-fix-of (rule)
  "Take the quick fix of RULE from those that are offered where it is reported."
  (let* ((diagnostic (diagnostic-of rule))
         (title (title-of-fix rule))
         (last-nonmenu-event ?x))       ; a key, for a mouse would get a menu
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_ collection &rest _)
                 (seq-find (lambda (it) (string-prefix-p title it)) (mapcar #'car collection)))))
      (eglot-code-actions (flymake-diagnostic-beg diagnostic) (flymake-diagnostic-end diagnostic) "quickfix" t))))

;; Between two commands Emacs draws a line by itself; a script has to.
(defun undo-once ()
  (undo-boundary)
  (setq last-command nil)
  (undo)
  (undo-boundary))

(defun save-without-fixing ()
  (let ((before-save-hook nil))
    (save-buffer)))

(defun hover-at (pattern)
  "The hover text at the first match of PATTERN."
  (goto-char (point-min))
  (re-search-forward pattern)
  (goto-char (match-beginning 0))
  (let (shown)
    (eglot-hover-eldoc-function (lambda (string &rest _) (setq shown (or string ""))))
    (wait (lambda () shown))
    (or shown "")))

(defun line-of-xref (xref)
  (xref-location-line (xref-item-location xref)))

(defun visit (path)
  (find-file (in-scratch path)))

(defun session-diagnostics ()
  (visit "place/project/Dockerfile")
  (check "the mode is dockerfile-mode" (eq major-mode 'dockerfile-mode))
  (check "the server starts with the file" (wait #'eglot-current-server))
  (check "diagnostics appear" (wait (lambda () (= (length (rules)) (length expected)))) (rules))
  (check-equal "they are those of `nodestage check', rule by rule and place by place" (shown) (said))
  (dolist (rule '("single-stage-build" "missing-node-env" "root-user" "dev-dependencies" "unfrozen-install" "package-manager-start"))
    (check (concat "  " rule) (diagnostic-of rule)))
  (check-equal "the source is nodestage" (plist-get (lsp-diagnostic (car (flymake-diagnostics))) :source) "nodestage"))

(defun session-quick-fix ()
  (let ((original (text)))
    (choose-fix-of "single-stage-build")
    (save-without-fixing)
    (check "after the quick fix the file is that of `nodestage fix --rule single-stage-build --write'"
           (equal (bytes buffer-file-name) (bytes (in-scratch "expected/split"))) (text))
    (check "the diagnostic of the fixed rule goes" (wait (lambda () (and (rules) (not (diagnostic-of "single-stage-build"))))) (rules))
    (undo-once)
    (check-equal "one undo gives back the original" (text) original)
    (save-without-fixing)
    (check "and the diagnostics" (wait (lambda () (equal (shown) (said)))) (shown))))

(defun session-hover ()
  (check "hover over `npm install' speaks of its rule" (string-match-p "unfrozen-install" (hover-at "npm install")))
  (let ((hover (hover-at "FROM")))
    (check "hover over FROM says what ships" (string-match-p "12 dev packages" hover) hover)))

(defun session-fix-all ()
  (let ((original (text)))
    (nodestage-fix-all)
    (save-without-fixing)
    (check "after fix all the file is that of `nodestage fix --write'"
           (equal (bytes buffer-file-name) (bytes (in-scratch "expected/fixed"))) (text))
    (check "nothing is left to say" (wait (lambda () (null (rules)))) (rules))
    (session-going-about)
    (undo-once)
    (check-equal "one undo gives back the original" (text) original)
    (check "and the diagnostics" (wait (lambda () (equal (shown) (said)))) (shown))))

(defun session-going-about ()
  (goto-char (point-min))
  (re-search-forward "--from=")
  (let ((use (line-number-at-pos))
        (definitions (xref-backend-definitions 'eglot "LSP identifier at point"))
        (references (xref-backend-references 'eglot "LSP identifier at point")))
    (check-equal "definition: from `--from=build' to its stage" (mapcar #'line-of-xref definitions) '(1))
    (check-equal "references: the stage and its use" (sort (mapcar #'line-of-xref references) #'<) (list 1 use)))
  (check "imenu names the build stage" (string-match-p "build" (format "%S" (funcall imenu-create-index-function)))))

(defun session-on-save ()
  (set-buffer-modified-p t)
  (save-buffer)
  (check "saving fixes, with the hook of the page" (equal (bytes buffer-file-name) (bytes (in-scratch "expected/fixed"))) (text))
  (set-buffer-modified-p t)
  (save-buffer)
  (check "saving once more changes nothing" (equal (bytes buffer-file-name) (bytes (in-scratch "expected/fixed"))) (text))
  (undo-once)
  (save-without-fixing)
  (wait (lambda () (equal (shown) (said)))))

(defun session-package-json ()
  "The buffer of package.json is not the server's, but its file is."
  (let ((dockerfile (current-buffer)))
    (with-current-buffer (find-file-noselect (in-scratch "place/project/package.json"))
      (re-search-forward ",[ \n]*\"devDependencies\": {[^}]*}")
      (replace-match "")
      (save-buffer)
      (kill-buffer))
    (with-current-buffer dockerfile
      (check "a saved package.json counts" (wait (lambda () (and (rules) (not (diagnostic-of "dev-dependencies"))))) (rules)))))

(defun session-settings ()
  "With the page's .dir-locals.el."
  (visit "place/settings/Dockerfile")
  (check "settings count: a rule has their severity"
         (wait (lambda () (let ((found (diagnostic-of "root-user"))) (and found (eql 1 (plist-get (lsp-diagnostic found) :severity))))))
         (mapcar #'lsp-diagnostic (flymake-diagnostics)))
  (nodestage-fix-all)
  (check "and the fix has their user" (string-match-p "^USER 1000:1000$" (text)) (text))
  (set-buffer-modified-p nil))

(defun session-inlay-hints ()
  "Newer versions of Eglot have them."
  (when (fboundp 'eglot-inlay-hints-mode)
    (eglot-inlay-hints-mode 1)
    (check "the inlay hint appears"
           (wait (lambda () (seq-some (lambda (it) (overlay-get it 'eglot--inlay-hint)) (overlays-in (point-min) (point-max))))))))

(defun session-crlf ()
  (visit "place/crlf/Dockerfile")
  (check-equal "the file has the line ends of Windows" (coding-system-eol-type buffer-file-coding-system) 1)
  (check "its server starts" (wait #'eglot-current-server))
  (check "its diagnostics appear" (wait (lambda () (= (length (rules)) (length expected)))) (rules))
  (let ((install (diagnostic-of "unfrozen-install")))
    (check-equal "the place is right"
                 (buffer-substring-no-properties (flymake-diagnostic-beg install) (flymake-diagnostic-end install)) "npm install"))
  (nodestage-fix-all)
  (save-without-fixing)
  (check "after fix all the file is that of `nodestage fix --write', byte for byte"
         (equal (bytes buffer-file-name) (bytes (in-scratch "expected/crlf"))) (text)))

(defun session-end ()
  (let* ((server (eglot-current-server))
         (process (jsonrpc--process server)))
    (dolist (buffer (eglot--managed-buffers server)) (kill-buffer buffer))
    (eglot-shutdown server)
    (check "the server stops when asked" (wait (lambda () (not (process-live-p process)))))
    (check "without a server fix all does nothing, and says nothing" (not (with-temp-buffer (nodestage-fix-all))))))

(defun session ()
  (session-diagnostics)
  (session-quick-fix)
  (session-hover)
  (session-inlay-hints)
  (session-fix-all)
  (session-on-save)
  (session-package-json)
  (session-crlf)
  (session-settings)
  (session-end))

(defun configure ()
  "As the page says, with the packages of the machine."
  (package-initialize)
  (require 'dockerfile-mode)
  (load (in-scratch "init.el") nil t t)
  (require 'eglot)
  (setq make-backup-files nil create-lockfiles nil))

(defun run-session ()
  (condition-case problem
      (progn (configure) (session))
    (error (check "the session goes through" nil (error-message-string problem))))
  (kill-emacs (if (zerop failed) 0 1)))

;; From a timer, when Emacs is up and idle: while it starts, the idle timers of Eglot and Flymake do not run.
(run-with-timer 0.1 nil #'run-session)
;;; session.el ends here
