/** Texts of failures that a window shows. */
export const SIGNED_OUT_TEXT = 'Сеанс закончился. Войдите в «Электронную школу» ещё раз.';
export const REQUEST_INVALID_TEXT = 'Запрос не понят. Обновите страницу и повторите.';
export const BODY_TOO_LARGE_TEXT =
  'Запрос слишком большой. Выберите меньше людей за один раз, остальных добавьте следующим сохранением.';
export const FOREIGN_ORIGIN_TEXT = 'Запрос пришёл с чужой страницы и отклонён.';
export const NOT_FOUND_TEXT = 'Не найдено. Возможно, запись уже удалена; обновите список.';
export const INTERNAL_TEXT = 'Внутренняя ошибка. Ничего не потеряно; повторите через минуту.';
